/** The values of fields: what they take, and what they have if the caller leaves them out. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { EnvelopeField } from '../../harness/claims.ts'
import { invalid } from '../resilience/index.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const INTEGER = /^(?:0|-?[1-9]\d*)$/
const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/
const ZEROS = /^0+$/
const MOST = 2 ** 31 - 1

/** The value as the bus keeps it. Throws a bus error that names the field and what it takes. */
export function taken(name: string, field: EnvelopeField, value: string): string {
  const wrong = (takes: string): Error =>
    invalid(`${name} is ${JSON.stringify(value.slice(0, 100))}, but must be ${takes}`)
  switch (field.type) {
    case 'text':
      return value
    case 'uuid':
      if (UUID.test(value)) return value
      throw wrong('a UUID')
    case 'time':
      if (isTime(value)) return value
      throw wrong('a time as ISO 8601, such as 2026-01-31T12:00:00.000Z')
    case 'integer': {
      const { least = 0, most = MOST } = field
      if (INTEGER.test(value) && Number(value) >= least && Number(value) <= most) return value
      throw wrong(`a whole number from ${least} to ${most}`)
    }
    case 'choice': {
      const { choices = {}, others } = field
      if (Object.hasOwn(choices, value)) return value
      const chosen = Object.keys(choices).find((choice) => choices[choice]?.includes(value))
      if (chosen !== undefined) return chosen
      if (others === 'kept') return value
      throw wrong(`one of ${Object.keys(choices).join(', ')}`)
    }
    case 'traceparent': {
      const [, trace = '0', parent = '0'] = TRACEPARENT.exec(value) ?? []
      if (!ZEROS.test(trace) && !ZEROS.test(parent)) return value
      throw wrong('a traceparent as in W3C Trace Context')
    }
  }
}

/** Also the day must exist: `Date` takes 31 February for a day in March. */
function isTime(value: string): boolean {
  const day = TIME.exec(value)?.[1]
  if (day === undefined || Number.isNaN(Date.parse(value))) return false
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

/** What the field has if the caller leaves it out; null if it stays out. */
export function made({ type, absent }: EnvelopeField, sampleRate: number): string | null {
  if (absent === undefined) return null
  if (absent !== 'generated') return absent.value
  if (type === 'time') return new Date().toISOString()
  return type === 'traceparent' ? newTrace(sampleRate) : randomUUID()
}

/** Sampled or not by its id, which is random. */
function newTrace(sampleRate: number): string {
  const trace = hex(16)
  const isSampled = Number.parseInt(trace.slice(0, 8), 16) < sampleRate * 2 ** 32
  return `00-${trace}-${hex(8)}-${isSampled ? '01' : '00'}`
}

/** The same trace, with a new parent. */
export const continued = (traceparent: string): string =>
  traceparent.replace(
    TRACEPARENT,
    (_, trace: string, _parent: string, flags: string) => `00-${trace}-${hex(8)}-${flags}`,
  )

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
