import { expect, test } from 'vitest'
import { createSignals } from './signals.ts'

test('listeners count once their operation has ended, and no more once they are taken off', () => {
  const signals = createSignals()
  const [one, other] = [new AbortController(), new AbortController()]
  const listener = (): void => undefined
  one.signal.addEventListener('abort', listener)
  other.signal.addEventListener('abort', listener)
  expect(signals.listeners()).toBe(0)
  signals.ended(one.signal)
  expect(signals.listeners()).toBe(1)
  signals.ended(other.signal)
  expect(signals.listeners()).toBe(2)
  one.signal.removeEventListener('abort', listener)
  expect(signals.listeners()).toBe(1)
})
