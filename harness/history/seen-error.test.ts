import { expect, test } from 'vitest'
import { createRedactor } from './redact.ts'
import { seeError } from './seen-error.ts'

const SECRET = 'canary-4f2a9c'
const redact = createRedactor({ token: SECRET })
const see = (thrown: unknown) => seeError(thrown, redact)

function chain(length: number, last: string): Error {
  let error = new Error(last)
  for (let index = 0; index < length; index++) error = new Error('no', { cause: error })
  return error
}

class Computed extends Error {
  get settings(): object {
    return { token: SECRET }
  }
}
class Spoken extends Error {
  readonly #token = SECRET
  toJSON(): object {
    return { token: this.#token }
  }
}
class HalfBroken extends Error {
  get broken(): string {
    throw new Error('it is not there')
  }
  get token(): string {
    return SECRET
  }
}

test('keeps what the contract asks of an error, and the causes', () => {
  const error = Object.assign(new Error('no', { cause: new Error('because', { cause: 'root' }) }), {
    code: 'DOWN',
    effect: 'none',
    retryable: true,
  })
  expect(see(error)).toEqual({
    code: 'DOWN',
    effect: 'none',
    retryable: true,
    message: 'no',
    causes: ['because', 'root'],
  })
})

test('takes anything that can be thrown', () => {
  expect(see('odd')).toMatchObject({ code: null, effect: null, retryable: null, message: 'odd' })
  expect(see(undefined)).toMatchObject({ message: 'undefined' })
})

test.each([
  ['the message', new Error(`at ${SECRET}`)],
  ['behind a long text', new Error(`${'A'.repeat(2_000)} ${SECRET} ${'B'.repeat(2_000)}`)],
  ['the cause of a cause', new Error('no', { cause: new Error('no', { cause: new Error(SECRET) }) })],
  ['a property, however deep', Object.assign(new Error('no'), { details: { settings: [{ token: SECRET }] } })],
  ['the name of a property', Object.assign(new Error('no'), { [SECRET]: 1 })],
  ['bytes', Object.assign(new Error('no'), { sent: Buffer.from(SECRET) })],
  ['a cause behind many others', chain(30, SECRET)],
  ['one of several errors', new AggregateError([new Error('no'), new Error(SECRET)], 'all failed')],
  ['a map', Object.assign(new Error('no'), { settings: new Map([['token', { value: SECRET }]]) })],
  ['a set', Object.assign(new Error('no'), { seen: new Set([SECRET]) })],
  ['what its class computes', new Computed()],
  ['what it says of itself as JSON', new Spoken()],
  ['an accessor beside one that throws', new HalfBroken()],
])('finds a secret in %s, and keeps none', (_where, error) => {
  const seen = see(error)
  expect(seen.leaked?.join()).toContain('[secret:token]')
  expect(JSON.stringify(seen)).not.toContain(SECRET)
})

test('says nothing of leaks where there is none', () => {
  expect(see(new Error('harmless')).leaked).toBeUndefined()
})

test('comes to an end with an error that holds itself', () => {
  const error: Error & { self?: unknown } = new Error('round')
  error.self = error
  error.cause = error
  expect(see(error).message).toBe('round')
})
