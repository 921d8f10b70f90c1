import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import { createSpans, type Spans } from '../tracker/spans.ts'

/** When the breaker of each node was anything but closed. */
export interface States {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  wasClosed(node: string, from: number, to: number): boolean
}

export function createStates(): States {
  const byNode = new Map<string, { readonly spans: Spans; end: ((at: number) => void) | null }>()
  return {
    takes: ['breaker-changed'],
    step(event) {
      if (event.type !== 'breaker-changed') return
      const node = byNode.get(event.node) ?? { spans: createSpans(), end: null }
      byNode.set(event.node, node)
      node.end?.(event.at)
      node.end = event.to === 'closed' ? null : node.spans.begin(event.at)
    },
    wasClosed: (node, from, to) => byNode.get(node)?.spans.touch(from, to) !== true,
  }
}

/** Why a publish that failed had fewer attempts than the policy gives it; null when nothing on record explains it. */
export function whyFewer(ledger: Ledger, operation: Operation, states: States): string | null {
  const { run, nodes } = ledger
  const { node, attempts, aborted, began } = operation
  const settled = outcomeOf(operation)
  if (settled === null) return 'pending'
  const gone = nodes.goneAt(node)
  const last = attempts.at(-1)?.ended
  // A cancelled attempt says who cancelled it, not what failed.
  const error = last?.outcome === 'failed' ? last.error : settled.error
  if (aborted !== null && aborted.seq < settled.seq) return 'aborted'
  if (gone !== null && gone.seq < settled.seq) return 'closing'
  if (error?.retryable === false) return 'permanent'
  // Why one that was queued was given up is what breaker/11 asks.
  if (isQueued(operation)) return 'queued'
  const { breaker, degradation } = run.claims
  const refusals = [breaker, degradation].flatMap((one) => one?.code ?? [])
  if (settled.error !== null && refusals.some((code) => code === settled.error?.code)) return 'breaker'
  if (!states.wasClosed(node, last?.at ?? began.at, settled.at)) return 'breaker'
  const elapsed = settled.at - began.at
  const needed = longestWait(ledger, attempts.length) + run.claims.publish.timeout + run.slack
  return elapsed + needed >= run.claims.publish.deadline ? 'deadline' : null
}

/** The longest wait before the retry that would have come after `attempts` attempts, ms. */
function longestWait({ run }: Ledger, attempts: number): number {
  const { retry } = run.claims
  if (retry === undefined || attempts === 0) return 0
  return Math.min(retry.cap, retry.base * retry.factor ** (attempts - 1)) * retry.jitter.high
}
