import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

const SECRET = 'Tr0ub4dor &"3/+\\é'
const redact = createRedactor({ password: SECRET, empty: '' })

describe('redaction', () => {
  it.each([
    ['as it is', SECRET],
    ['in a URI', encodeURIComponent(SECRET)],
    ['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in capital hexadecimal', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in numbers', [...Buffer.from(SECRET)].join(',')],
    ['in numbers on several lines', [...Buffer.from(SECRET)].join(',\n   ')],
  ])('replaces a secret %s', (_how, form) => {
    expect(redact(`before ${form} after`)).toBe('before [secret:password] after')
  })

  it.each([
    ['a buffer', Buffer.from(`${SECRET}!`)],
    ['an array of bytes', new TextEncoder().encode(`${SECRET}!`)],
    ['an object that holds one', { value: Buffer.from(`<${SECRET}>`) }],
  ])('replaces a secret in %s as the console prints it, and as JSON', (_what, value) => {
    expect(redact(inspect(value))).toContain('[secret:password]')
    expect(redact(JSON.stringify(value instanceof Uint8Array ? [...value] : value))).toContain('[secret:password]')
  })

  it.each(['', 'a', 'ab'])('finds a secret in base64 of a longer text, after %j', (before) => {
    const text = redact(Buffer.from(`${before}${SECRET}@host`).toString('base64'))
    expect(text).toContain('[secret:password]')
  })

  it('replaces every occurrence, and names each secret', () => {
    const both = createRedactor({ one: 'first-secret', two: 'first-secret-and-more' })
    expect(both('first-secret first-secret-and-more first-secret')).toBe('[secret:one] [secret:two] [secret:one]')
  })

  it('leaves other text alone', () => {
    expect(redact('nothing to see, and nothing (at all) to hide')).toBe('nothing to see, and nothing (at all) to hide')
    expect(createRedactor({})(SECRET)).toBe(SECRET)
  })

  it('does not look for short encoded pieces', () => {
    expect(createRedactor({ pin: '1234' })('MTIz is not 1234')).toBe('MTIz is not [secret:pin]')
  })
})
