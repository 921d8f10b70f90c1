import { describe, expect, test } from 'vitest'
import type { Header } from '../adapter.ts'
import { digestBytes, digestHeaders } from './digest.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const header = (name: string, value: string): Header => [name, bytes(value)]

describe('digestBytes', () => {
  test('tells null from empty from the word null', () => {
    expect(digestBytes(null)).toBe('null')
    expect(digestBytes(bytes(''))).toBe('""')
    expect(digestBytes(bytes('null'))).toBe('"null"')
  })

  test('shows up to 24 printable ASCII bytes as they are', () => {
    expect(digestBytes(bytes('order 17 "paid"'))).toBe('"order 17 "paid""')
    expect(digestBytes(bytes('x'.repeat(24)))).toBe(`"${'x'.repeat(24)}"`)
    expect(digestBytes(bytes('x'.repeat(25)))).toMatch(/^25 bytes [0-9a-f]{16}$/)
  })

  test('is SHA-256 for the rest, cut to 64 bits', () => {
    const zeros = new Uint8Array(25)
    // printf '\\0%.0s' {1..25} | sha256sum
    expect(digestBytes(zeros)).toBe('25 bytes 61126de1b795b976')
  })

  test('differs for one flipped bit and for invalid UTF-8 that decodes alike', () => {
    expect(digestBytes(Uint8Array.of(0xff))).not.toBe(digestBytes(Uint8Array.of(0xfe)))
    const large = new Uint8Array(5_000)
    const flipped = large.slice()
    flipped[4_999] = 1
    expect(digestBytes(large)).not.toBe(digestBytes(flipped))
  })
})

describe('digestHeaders', () => {
  test('leaves the operation id out', () => {
    expect(digestHeaders([])).toBe('none')
    expect(digestHeaders([header('busproof-op', 'm1')])).toBe('none')
    expect(digestHeaders([header('busproof-op', 'm1'), header('a', 'x')])).toBe(digestHeaders([header('a', 'x')]))
  })

  test('leaves out what dead-lettering added, when told', () => {
    const skip = (name: string): boolean => name.startsWith('failure_')
    expect(digestHeaders([header('a', 'x'), header('failure_reason', 'why')], skip)).toBe(
      digestHeaders([header('a', 'x')]),
    )
  })

  test('sees order, repetition and where a name ends', () => {
    const seen = [
      [header('a', 'x'), header('b', 'y')],
      [header('b', 'y'), header('a', 'x')],
      [header('a', 'x'), header('a', 'x')],
      [header('a', 'x')],
      [header('ax', '')],
      [header('', 'ax')],
    ].map((headers) => digestHeaders(headers))
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen[3]).toMatch(/^1 header [0-9a-f]{16}$/)
  })
})
