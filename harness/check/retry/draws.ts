import type { RetryClaim } from '../../claims.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued } from '../tracker/operations.ts'
import { supportOf } from './support.ts'

/** One wait between two attempts, as a draw from the range that the claimed formula gives it. */
export interface Draw {
  readonly op: string
  readonly node: string
  /** When the attempt before it failed, and when the next one began, ms. */
  readonly from: number
  readonly to: number
  /** The number of the retry, from 1. */
  readonly number: number
  /** How far the claimed jitter reaches there, ms. */
  readonly spread: number
  /** Where it lies in its range: 0 is the shortest wait, 1 the longest. */
  readonly share: number
}

/** Waits between attempts of publishes, by the time at which they began; those that were queued waited for the breaker too. */
export function publishDraws({ run, operations }: Ledger): Draw[] {
  const { retry } = run.claims
  if (retry === undefined) return []
  const own = [...operations.all()].filter((operation) => !isQueued(operation))
  const draws = own.flatMap(({ op, node, attempts }) =>
    attempts.flatMap((attempt, number) => {
      const before = attempts[number - 1]?.ended
      if (before === undefined || before === null) return []
      return [drawOf(retry, { op, node, number, from: before.at, to: attempt.began.at })]
    }),
  )
  return draws.sort((one, other) => one.from - other.from)
}

/** Waits between calls of handlers, where the member was free to call again whenever it wished. */
export function handlerDraws(ledger: Ledger, complete: boolean): Draw[] {
  const { handling } = ledger.run.claims
  if (handling === undefined || !isWhole(ledger, complete)) return []
  const draws = ledger.deliveries.all.flatMap((delivered) => {
    const { before, number } = ledger.tries.of(delivered) ?? { before: null, number: 1 }
    const { op, node, group, began } = delivered
    const failed = before?.handled
    if (op === null || number === 1 || failed?.outcome !== 'retryable') return []
    if (ledger.groups.changed(group, failed.at, began.at) || ledger.faults.active('consume', failed.at, began.at))
      return []
    return [drawOf(handling, { op, node, number: number - 1, from: failed.at, to: began.at })]
  })
  return draws.sort((one, other) => one.from - other.from)
}

function drawOf(claim: RetryClaim<number>, wait: Omit<Draw, 'spread' | 'share'>): Draw {
  const { least, most } = supportOf(claim, wait.number)
  const spread = most - least
  return { ...wait, spread, share: spread === 0 ? 0 : (wait.to - wait.from - least) / spread }
}
