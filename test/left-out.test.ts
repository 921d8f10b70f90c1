import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { leftOut, runsLong } from './long.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a run of all tests names each long one that it leaves out, and the command that runs it', () => {
  vi.stubEnv('BUSPROOF_REQUIRE', 'postgres')
  const said = leftOut(['run', '--reporter=default'], ROOT)
  expect(said).toMatch(/^long tests — not run: .*`BUSPROOF_REQUIRE=long npm test` runs them: /)
  expect(said?.split(': ').at(-1)?.split(', ')).toEqual(
    expect.arrayContaining(['examples/own-bus.long.test.ts', 'test/package.long.test.ts']),
  )
  expect(said).not.toContain('node_modules')
})

test.each(['long', 'all', 'kafka, long'])('nothing is left out where BUSPROOF_REQUIRE is %j', (demanded) => {
  vi.stubEnv('BUSPROOF_REQUIRE', demanded)
  expect(leftOut(['run'], ROOT)).toBeNull()
  expect(runsLong(['run'])).toBe(true)
})

test('a run of some tests leaves out what it does not name', () => {
  vi.stubEnv('BUSPROOF_REQUIRE', '')
  expect(leftOut(['run', 'test/pin'], ROOT)).toMatch(/: test\/pin\.long\.test\.ts$/)
  expect(leftOut(['run', 'test/readme'], ROOT)).toBeNull()
  expect(runsLong(['run', 'test/pin'])).toBe(false)
  expect(runsLong(['run', 'test/pin.long.test.ts'])).toBe(true)
})
