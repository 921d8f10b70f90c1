import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../../errors.ts'
import type { SecretText } from './config.ts'
import { readSecret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const SECRET = 'user:hunter2@here'
const read = (text: SecretText): Promise<string> => readSecret(text, 'target.address', folder)
const node = (source: string): SecretText => ({ command: [process.execPath, '-e', source] })
const refusal = async (text: SecretText): Promise<UsageError> => {
  const error: unknown = await read(text).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  return error as UsageError
}

describe('a text that may be a secret', () => {
  test('is read as it is, without what is around it', async () => {
    expect(await read(` ${SECRET}\n`)).toBe(SECRET)
  })

  test('is read from the environment', async () => {
    vi.stubEnv('BUSPROOF_TEST_SECRET', SECRET)
    expect(await read({ env: 'BUSPROOF_TEST_SECRET' })).toBe(SECRET)
  })

  test('is read from a file, by a path from the folder', async () => {
    writeFileSync(join(folder, 'address'), `${SECRET}\n`)
    expect(await read({ file: './address' })).toBe(SECRET)
    expect(await read({ file: join(folder, 'address') })).toBe(SECRET)
  })

  test('is what a command prints in the folder', async () => {
    writeFileSync(join(folder, 'printed'), SECRET)
    expect(await read(node('console.log(require("node:fs").readFileSync("printed", "utf8"))'))).toBe(SECRET)
  })
})

describe('one that cannot be read is refused by its place and its source:', () => {
  test.each([
    ['a variable that is not set', { env: 'BUSPROOF_ABSENT' }, 'BUSPROOF_ABSENT is not set in the environment'],
    ['a file that is not there', { file: './absent' }, 'the file ./absent cannot be read (ENOENT)'],
    ['a program that is not there', { command: ['./absent', SECRET] }, 'what ./absent prints cannot be read (ENOENT)'],
    ['blanks', '  ', 'the text is empty'],
  ] satisfies [string, SecretText, string][])('%s', async (_name, text, said) => {
    expect((await refusal(text)).message).toBe(`target.address: ${said}`)
  })

  test('what is empty', async () => {
    vi.stubEnv('BUSPROOF_TEST_SECRET', ' ')
    expect((await refusal({ env: 'BUSPROOF_TEST_SECRET' })).message).toBe(
      'target.address: the variable BUSPROOF_TEST_SECRET is empty',
    )
    writeFileSync(join(folder, 'empty'), '\n')
    expect((await refusal({ file: 'empty' })).message).toBe('target.address: the file empty is empty')
    expect((await refusal(node(''))).message).toBe(`target.address: what ${process.execPath} prints is empty`)
  })

  test('a folder', async () => {
    mkdirSync(join(folder, 'inner'))
    expect((await refusal({ file: 'inner' })).message).toBe('target.address: the file inner cannot be read (EISDIR)')
  })

  test('a file that is no program', async () => {
    writeFileSync(join(folder, 'plain'), SECRET)
    chmodSync(join(folder, 'plain'), 0o600)
    const { message } = await refusal({ command: ['./plain'] })
    expect(message).toBe('target.address: what ./plain prints cannot be read (EACCES)')
  })

  test('a command that fails', async () => {
    expect((await refusal(node('process.exit(3)'))).message).toBe(
      `target.address: what ${process.execPath} prints cannot be read (3)`,
    )
    expect((await refusal(node('process.kill(process.pid, "SIGKILL")'))).message).toBe(
      `target.address: what ${process.execPath} prints cannot be read`,
    )
  })
})

test('nothing that was read, nor an argument of the command, is in the error', async () => {
  const shown = inspect(
    await refusal({
      command: [
        process.execPath,
        '-e',
        'console.log("half of it"); console.error("no such key: " + process.argv[1]); process.exit(1)',
        SECRET,
      ],
    }),
    { depth: 9, showHidden: true },
  )
  expect(shown).not.toMatch(/hunter2|half of it|no such key/)
})
