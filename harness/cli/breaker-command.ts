import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { follow, inWords, type MakeCalledBreaker } from '../breaker/follow.ts'
import { parseSequence } from '../breaker/sequence.ts'
import { UsageError } from '../errors.ts'
import { resolveAdapter } from '../load/find-adapter.ts'
import { loadModule } from '../load/module.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

export function addBreakerCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('breaker')
    .description('compare a breaker with the formal model over one sequence of steps')
    .argument('<module>', 'the path of a module that exports a function makeBreaker')
    .argument('<sequence>', 'the path of a sequence as JSON: name, text, claim, steps')
    .action(async (module: string, sequence: string) => end(await runBreaker(module, sequence, io)))
}

async function runBreaker(argument: string, file: string, io: Io): Promise<number> {
  const text = await readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${file}: this sequence cannot be read; give the path of a JSON file`, { cause })
  })
  const { name, claim, steps } = parseSequence(text, file)
  const make = await loadBreaker(argument, io.cwd)
  const { disagreement } = await follow(claim, make, steps)
  const lines = [name, ...(disagreement?.steps ?? steps.map(inWords)).map((step) => `  ${step}`)]
  io.stdout.write(`${lines.join('\n')}\n`)
  if (disagreement === null) {
    io.stdout.write('AGREED with the model at each step\n')
    return EXIT.certified
  }
  io.stdout.write(`expected    ${disagreement.expected}\nactual      ${disagreement.actual}\n`)
  io.stdout.write(`FAILED at step ${disagreement.steps.length} of ${steps.length}\n`)
  return EXIT.violation
}

async function loadBreaker(argument: string, cwd: string): Promise<MakeCalledBreaker> {
  const { href } = await resolveAdapter(argument, cwd)
  const module = await loadModule(href)
  if (typeof module['makeBreaker'] !== 'function')
    throw new UsageError(`${argument}: the module does not export a function makeBreaker(claim, onChanged); add it`)
  return module['makeBreaker'] as MakeCalledBreaker
}
