import { afterEach, describe, expect, it, vi } from 'vitest'
import { requires } from './require.ts'

describe('a suite that needs something real', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it.each(['clock', 'all', 'other, clock'])('fails when it is missing and BUSPROOF_REQUIRE is %j', (demanded) => {
    vi.stubEnv('BUSPROOF_REQUIRE', demanded)
    expect(() => requires('clock', 'no clock here')).toThrow('BUSPROOF_REQUIRE asks for clock: no clock here')
    expect(requires('clock', null)).toBeTypeOf('function')
  })

  it.each(['', 'other', 'clockwork'])('is skipped when it is missing and BUSPROOF_REQUIRE is %j', (demanded) => {
    vi.stubEnv('BUSPROOF_REQUIRE', demanded)
    expect(requires('clock', 'no clock here')).toBeTypeOf('function')
  })
})
