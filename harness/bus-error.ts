import type { BusError } from './vocabulary.ts'

/** Told by its shape, never by `instanceof`, so that it holds across processes and package versions. */
export function isBusError(value: unknown): value is BusError {
  if (typeof value !== 'object' || value === null) return false
  const { code, effect, retryable, message } = value as Partial<Record<keyof BusError, unknown>>
  return (
    typeof code === 'string' &&
    (effect === 'none' || effect === 'unknown') &&
    typeof retryable === 'boolean' &&
    typeof message === 'string'
  )
}
