import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run } from './run-program.case.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const given = file('bus.yaml', 'KAFKA_GROUP: orders\nKAFKA_TIMEOUT_SECONDS: 12.5\n')

test('shows every setting with its value, and nothing more', async () => {
  const { code, stdout } = await run(['config', 'onex-memory', '--file', given, '--set', 'KAFKA_MAX_RETRY_ATTEMPTS=0'])
  expect(stdout).toMatch(/^environment: development\n\nsetting +value\n/)
  expect(stdout).toMatch(/^KAFKA_GROUP +orders$/m)
  expect(stdout).toMatch(/^KAFKA_TIMEOUT_SECONDS +12\.5$/m)
  expect(stdout).toMatch(/^KAFKA_MAX_RETRY_ATTEMPTS +0$/m)
  expect(stdout).toMatch(/^KAFKA_DEAD_LETTER_TOPIC +none$/m)
  expect(code).toBe(0)
})

test('explains what gave each its value, for the environment that is found', async () => {
  const env = { NODE_ENV: 'production', KAFKA_GROUP: 'invoices', POSTGRES_PASSWORD: 'swordfish' }
  const { stdout } = await run(['config', 'onex-memory', '--explain', '--file', given], process.cwd(), env)
  expect(stdout).toMatch(/^environment: production\n\nsetting +value +from +default +allowed\n/)
  expect(stdout).toMatch(/^KAFKA_GROUP +invoices +environment +default +text$/m)
  expect(stdout).toMatch(/^KAFKA_TIMEOUT_SECONDS +12\.5 +file +30 +1 to 300$/m)
  expect(stdout).toMatch(/^KAFKA_ACKS +all +default +all +0, 1, all$/m)
  expect(stdout).toMatch(/^CIRCUIT_BREAKER_MAX_QUEUE_SIZE +1000 +default +1000 +whole, 10 to 10000$/m)
  expect(stdout).toMatch(/^KAFKA_ENABLE_IDEMPOTENCE +true +default +true +true, false$/m)
  expect(stdout).toMatch(/^POSTGRES_PASSWORD +\*\*\* +environment +text, secret$/m)
})

test('prints JSON', async () => {
  const { stdout } = await run(['config', 'onex-memory', '--json', '--set', 'KAFKA_ENABLE_IDEMPOTENCE=false'])
  expect(JSON.parse(stdout)).toMatchObject({
    environment: 'development',
    settings: { KAFKA_ENABLE_IDEMPOTENCE: { value: false, from: 'argument' }, KAFKA_ACKS: { value: 'all' } },
  })
})

test.each([
  [
    ['--set', 'KAFKA_TIMEOUT_SECONDS'],
    '--set KAFKA_TIMEOUT_SECONDS: give a name and a value, such as --set TIMEOUT=30\n',
  ],
  [
    ['--set', 'KAFKA_TIMEOUT_SECONDS=0'],
    'onex-memory: KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the number 0 as an argument\n',
  ],
  [['--file', './nowhere.yaml'], /^--file \.\/nowhere\.yaml/],
  [
    ['--file', file('both.yaml', 'KAFKA_GRUOP: a\nKAFKA_ACKS: most\n')],
    'onex-memory: KAFKA_GRUOP in the file (1:1) is no setting; the nearest is KAFKA_GROUP\nonex-memory: KAFKA_ACKS must be "0", "1" or "all", but is the text "most" in the file (2:1)\n',
  ],
])('refuses %j', async (flags, sentence) => {
  const { code, stdout, stderr } = await run(['config', 'onex-memory', ...flags])
  if (typeof sentence === 'string') expect(stderr).toBe(sentence)
  else expect(stderr).toMatch(sentence)
  expect([code, stdout]).toEqual([2, ''])
})

test('settings are repeated options, each once', async () => {
  const twice = await run(['config', '--set', 'KAFKA_GROUP=a', '--set', 'KAFKA_GROUP=b', 'onex-memory'])
  expect([twice.code, twice.stderr]).toEqual([2, '--set KAFKA_GROUP: it is given twice; give it once\n'])
  const { stdout } = await run(['config', '--set', 'KAFKA_GROUP=a', '--set', 'KAFKA_ACKS=all', 'onex-memory'])
  expect(stdout).toMatch(/^KAFKA_GROUP +a$/m)
})

test('an adapter that reads later, and one that does not mask', async () => {
  const adapter = file(
    'later.mjs',
    `import onex from ${JSON.stringify(new URL('../../adapters/onex-memory/index.ts', import.meta.url).href)}
const settings = { POSTGRES_PASSWORD: { value: 'swordfish', from: 'environment' } }
const configure = async ({ arguments: { KAFKA_GROUP } }) => {
  if (KAFKA_GROUP !== undefined) throw new Error('KAFKA_GROUP is wrong')
  return { environment: null, settings }
}
export default { ...onex, configure }`,
  )
  const { code, stdout } = await run(['config', adapter])
  expect(stdout).toBe('setting            value\nPOSTGRES_PASSWORD  ***\n')
  expect(code).toBe(0)
  expect(await run(['config', adapter, '--set', 'KAFKA_GROUP=a'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `${adapter}: KAFKA_GROUP is wrong\n`,
  })
})

test('an adapter without settings, and one whose configure() returns something else', async () => {
  const memory = await run(['config', 'memory'])
  expect(memory).toEqual({
    code: 2,
    stdout: '',
    stderr: 'memory claims no configuration, so it has no settings to show\n',
  })
  const adapter = file(
    'odd.mjs',
    `import memory from ${JSON.stringify(new URL('../../adapters/onex-memory/index.ts', import.meta.url).href)}
export default { ...memory, configure: () => ({ settings: [] }) }`,
  )
  const { code, stderr } = await run(['config', adapter])
  expect(stderr).toMatch(/odd\.mjs: configure\(\) did not return a configuration/)
  expect(code).toBe(2)
})
