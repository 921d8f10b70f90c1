/** Failures of the site for which a retry may help, by kind. */
import { PassingError } from '../errors.ts'
import { ToxiproxyError } from '../link/toxiproxy-control.ts'
import type { RunOutcome } from './outcome.ts'

/** What a fresh attempt would have to be spared, for this error or what caused it; undefined where none may help. */
export function passingIn(error: unknown): RunOutcome['passing'] {
  if (error instanceof ToxiproxyError) return 'toxiproxy'
  const deeper = error instanceof Error ? passingIn(error.cause) : undefined
  return deeper ?? (error instanceof PassingError ? 'site' : undefined)
}
