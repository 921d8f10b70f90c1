import type { BusError } from '../../../harness/adapter.ts'
import type { RetryClaim } from '../../../harness/claims.ts'

export const CODES = {
  timeout: 'ETIME',
  connection: 'ECONN',
  rejected: 'EREJECT',
  open: 'EOPEN',
  aborted: 'EABORT',
  deadline: 'EDEADLINE',
  closed: 'ECLOSED',
  invalid: 'EINVAL',
} as const

type Problem = Error & BusError
type About = Pick<BusError, 'effect' | 'retryable'> & { readonly cause?: unknown }

export function problem(code: string, text: string, { cause, ...about }: About): Problem {
  const error = new Error(text, cause === undefined ? {} : { cause })
  return Object.defineProperties(Object.assign(error, { code, ...about }), { stack: { enumerable: false } }) as Problem
}

/** ms before retry `n`, from 1. */
export function delayOf({ base, factor, cap, jitter: { low, high } }: RetryClaim<number>, n: number): number {
  let wait = base
  for (let grown = 1; grown < n && wait < cap; grown++) wait *= factor
  return Math.min(wait, cap) * (low + (high - low) * Math.random())
}
