/** The command line: parses, runs one command, and says how the process ends. */
import { Command, CommanderError } from 'commander'
import { messageOf, SiteError, UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import { addBreakerCommand } from './breaker-command.ts'
import { addCertifyCommand } from './certify-command.ts'
import { addChaosCommand } from './chaos-command.ts'
import { addCheckCommand } from './check-command.ts'
import { addConfigCommand } from './config-command.ts'
import { addDoctorCommand } from './doctor-command.ts'
import { EXIT } from './exit-code.ts'
import { addInitCommand } from './init-command.ts'
import type { Io } from './io.ts'
import { addMergeCommand } from './merge-command.ts'
import { addPinCommand } from './pin-command.ts'
import { addReplayCommand } from './replay-command.ts'
import { addSpecCommand } from './spec-command.ts'

const EXIT_CODES = `
Exit codes: 0 certified or soaked, 1 violation or a threshold that was not kept, 2 usage or configuration,
3 the site, the harness or a guard failed, 4 inconclusive, 130 interrupted.`

/** Runs one command; `argv` without the program's own two words. Never rejects. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.certified
  const end = (ended: number): void => {
    code = ended
  }
  const program = createProgram(io, end)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.code === 'commander.unknownCommand') {
      const names = program.commands.map((command) => command.name()).join(', ')
      io.stderr.write(`the commands are ${names}; busproof --help explains them\n`)
    }
    return report(error, io)
  }
}

function createProgram(io: Io, end: (code: number) => void): Command {
  const program = new Command('busproof')
    .description(
      'Certifies message buses: generated runs with network faults, recorded histories, judged by a specification.',
    )
    .version(OWN_VERSION)
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
  const commands = [
    addInitCommand,
    addCertifyCommand,
    addChaosCommand,
    addMergeCommand,
    addReplayCommand,
    addPinCommand,
    addCheckCommand,
    addSpecCommand,
    addBreakerCommand,
    addConfigCommand,
    addDoctorCommand,
  ]
  for (const add of commands) add(program, io, end)
  return program
}

function report(error: unknown, io: Io): number {
  // Commander has written its own message already; help and version come this way too, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.certified : EXIT.usage
  const message = messageOf(error)
  io.stderr.write(`${error instanceof UsageError ? '' : 'busproof failed: '}${message}\n`)
  const debug = (io.env['BUSPROOF_DEBUG'] ?? '') !== ''
  if (debug && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`)
  if (error instanceof UsageError) return EXIT.usage
  if (!debug && !(error instanceof SiteError)) io.stderr.write('set BUSPROOF_DEBUG=1 to see where it happened\n')
  return EXIT.failed
}
