/** Errors in the contract's shape. They are distinguished by `code`, so they survive a process border. */
import type { BusError } from '../../harness/adapter.ts'

/** The codes of the shared resilience; an adapter may declare more. */
export const CODES = {
  /** The attempt took longer than its time-out. */
  timeout: 'TIMEOUT',
  /** No connection, or it broke. */
  connection: 'CONNECTION_FAILED',
  /** The bus answered that it will not take the message. */
  rejected: 'REJECTED',
  breakerOpen: 'BREAKER_OPEN',
  aborted: 'ABORTED',
  /** The publish as a whole exceeded its time. */
  deadline: 'DEADLINE_EXCEEDED',
  closed: 'CLOSED',
  invalid: 'INVALID_MESSAGE',
} as const

export const ALL_CODES: readonly string[] = Object.values(CODES)

export class ResilienceError extends Error implements BusError {
  override readonly name = 'BusError'
  readonly code: string
  readonly effect: 'none' | 'unknown'
  readonly retryable: boolean
  constructor(
    code: string,
    message: string,
    options: { effect: 'none' | 'unknown'; retryable: boolean; cause?: unknown },
  ) {
    super(sanitise(message), options.cause === undefined ? undefined : { cause: safeCause(options.cause) })
    this.code = code
    this.effect = options.effect
    this.retryable = options.retryable
  }
}

/** The same error with effect unknown, because an earlier attempt may have succeeded. */
export const withUnknownEffect = (error: BusError): BusError =>
  error.effect === 'unknown'
    ? error
    : new ResilienceError(error.code, error.message, {
        effect: 'unknown',
        retryable: error.retryable,
        cause: error.cause,
      })

/** By shape, not by class. */
export function isBusError(value: unknown): value is BusError {
  if (typeof value !== 'object' || value === null) return false
  const { code, effect, retryable } = value as Partial<BusError>
  return typeof code === 'string' && (effect === 'none' || effect === 'unknown') && typeof retryable === 'boolean'
}

/** Converts anything thrown into a bus error. An unclassified error has effect unknown and is retryable. */
export function toBusError(thrown: unknown): BusError {
  if (isBusError(thrown)) return thrown
  return new ResilienceError(CODES.connection, messageOf(thrown), { effect: 'unknown', retryable: true, cause: thrown })
}

/** Also by shape: failing code may throw a string, or reject with nothing. */
export function messageOf(thrown: unknown): string {
  if (thrown === undefined || thrown === null) return 'nothing was thrown'
  if (typeof thrown === 'object' && 'message' in thrown && typeof thrown.message === 'string') return thrown.message
  return String(thrown)
}

const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi
const NAMED_SECRETS =
  /\b(pass(?:word|wd)?|pwd|secret|token|api[_-]?key|authorization)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi

/** Removes credentials from a text: those inside URLs, and values of names such as `password=`. */
export const sanitise = (text: string): string =>
  text.replace(URL_CREDENTIALS, '$1***@').replace(NAMED_SECRETS, '$1$2***')

/** A cause with its message sanitised and nothing but its name, code and message kept. */
function safeCause(cause: unknown): Error {
  if (cause instanceof ResilienceError) return cause
  const safe = new Error(sanitise(messageOf(cause)))
  if (cause instanceof Error) safe.name = cause.name
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (typeof code === 'string') Object.assign(safe, { code })
  const inner = cause instanceof Error ? cause.cause : undefined
  if (inner !== undefined) safe.cause = safeCause(inner)
  return safe
}
