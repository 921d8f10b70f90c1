/** Texts that a chaos file does not hold itself, such as an address with a password. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../../errors.ts'
import type { SecretText } from './config.ts'

const run = promisify(execFile)
const WITHIN = 30_000

/** Throws a {@link UsageError} that names `where` and never what was read. */
export async function readSecret(text: SecretText, where: string, cwd: string): Promise<string> {
  const read = (await readFrom(text, where, cwd)).trim()
  if (read === '') throw new UsageError(`${where}: ${sourceOf(text)} is empty`)
  return read
}

async function readFrom(text: SecretText, where: string, cwd: string): Promise<string> {
  if (typeof text === 'string') return text
  if ('env' in text) {
    const found = process.env[text.env]
    if (found === undefined) throw new UsageError(`${where}: ${text.env} is not set in the environment`)
    return found
  }
  try {
    if ('file' in text) return await readFile(resolve(cwd, text.file), 'utf8')
    const [program = '', ...rest] = text.command
    return (await run(program, rest, { cwd, timeout: WITHIN, killSignal: 'SIGKILL' })).stdout
  } catch (error) {
    // The message of a failed command has its output, and that may be half of a secret.
    const code = error instanceof Error && 'code' in error && error.code !== null ? ` (${String(error.code)})` : ''
    throw new UsageError(`${where}: ${sourceOf(text)} cannot be read${code}`)
  }
}

function sourceOf(text: SecretText): string {
  if (typeof text === 'string') return 'the text'
  if ('env' in text) return `the variable ${text.env}`
  return 'file' in text ? `the file ${text.file}` : `what ${text.command[0] ?? ''} prints`
}
