import type { DeduplicationClaim } from '../../claims.ts'
import type { Check, Report } from '../check.ts'
import { cutOff, type Excuse, isLong, isWhole } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join, type Moment } from '../tracker/moment.ts'
import type { Pass } from '../tracker/passes.ts'
import { rounded } from '../tracker/timing.ts'

/** delivery/11: within the window a group handles a message id once, and skips only real duplicates. */
export const identities: Check = {
  clause: 'delivery/11',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const claim = ledger.run.claims.deduplication
      if (claim === undefined || !isWhole(ledger, complete)) return
      const seen = new Set<string>()
      for (const { group, op } of ledger.deliveries.all) {
        const id = ledger.operations.get(op)?.id ?? null
        if (id === null || seen.has(join(group, id))) continue
        seen.add(join(group, id))
        judgeTwice(ledger, report, claim, { group, id })
      }
      for (const pass of ledger.passes.all()) if (pass.event.why === 'duplicate') judgePass(ledger, report, claim, pass)
    },
  }),
}

type Handled = NonNullable<Delivered['handled']>

interface Identity {
  readonly group: string
  readonly id: string
}

/** Each call that came after, or while, another message of the id was handled well. */
function judgeTwice(ledger: Ledger, report: Report, claim: DeduplicationClaim<number>, { group, id }: Identity): void {
  const calls = ledger.passes.callsOf(group, id)
  const done = calls.filter(({ handled }) => handled?.outcome === 'ok')
  for (const again of calls) {
    const before = done.findLast((one) => one !== again && isHandledBefore(one, again))
    if (before?.handled == null) continue
    const until = before.handled.at + claim.window
    const isOver = again.began.at >= until - 1
    const excuse = isOver ? 'cause' : excuseOf(ledger, claim, before, again)
    if (excuse !== 'stall') report.occasion()
    if (isOver) report.kind('another message of the id after the window')
    if (excuse !== null) continue
    report.violation({
      message: `${group} handled the message id ${id} twice within its window: ${again.op} after ${before.op} (duplicate delivery)`,
      expected: `${again.op} skipped until ${rounded(until)} ms`,
      actual: `${before.op} handled at ${before.handled.at} ms, ${again.op} delivered to ${again.consumer} at ${again.began.at} ms`,
      op: again.op,
      others: [before.op],
      consumer: again.consumer,
      group,
      node: again.node,
      at: again.began.at,
    })
  }
}

/** It had been handled well when the other began, or was at work then, and both were handled well. */
const isHandledBefore = (one: Delivered, { began, handled }: Delivered): boolean =>
  one.handled !== null &&
  (isBefore(one.handled, began) ||
    (isBefore(one.began, began) && handled?.outcome === 'ok' && isBefore(one.began, handled)))

/**
 * Its member crashed before the mark, or was cut off from where the ids are kept, or outstayed its claim to the id. That
 * the other's member could not ask excuses it only where it lets messages through then.
 */
function excuseOf(
  ledger: Ledger,
  { storeDown }: DeduplicationClaim<number>,
  before: Delivered,
  again: Delivered,
): Excuse {
  const exited = ledger.nodes.get(before.node)?.exited ?? null
  const crashed = exited !== null && isBefore(before.began, exited) && isBefore(exited, again.began)
  const took = Math.min(before.handled?.at ?? again.began.at, again.began.at) - before.began.at
  if (crashed || isLong(ledger, took)) return 'cause'
  const unmarked = cutOff(ledger, before.began.at, before.handled?.at ?? again.began.at)
  const unasked = cutOff(ledger, again.began.at, again.began.at)
  return unmarked ?? (storeDown === 'let-through' || unasked === 'stall' ? unasked : null)
}

/** The end of the last successful call before then: a long one may have begun before others, and end after them. */
function lastHandled(calls: readonly Delivered[], before: Moment): Handled | null {
  const good = calls.flatMap(({ handled }) => (handled?.outcome === 'ok' && isBefore(handled, before) ? [handled] : []))
  return good.reduce<Handled | null>((last, one) => (last === null || isBefore(last, one) ? one : last), null)
}

/** A handler must have had a message of this id before, and not so long before that it is a new one. */
function judgePass(ledger: Ledger, report: Report, { window }: DeduplicationClaim<number>, pass: Pass): void {
  const { group, consumer, node } = pass.event
  const id = ledger.operations.get(pass.op)?.id ?? null
  const calls = id === null ? [] : ledger.passes.callsOf(group, id)
  const last = lastHandled(calls, pass)
  report.occasion()
  report.kind('another message of the id within the window')
  const late = ledger.run.slack + 2 * ledger.run.claims.publish.timeout
  if (last !== null && pass.at <= last.at + window + late) return
  // The mark may have been late, and so may be the answer.
  if (last !== null && cutOff(ledger, last.at, pass.at) !== null) return
  report.violation({
    message: `${consumer} skipped ${pass.op ?? 'a message'} as a duplicate, but ${last === null ? `no handler in ${group} had handled its id ${id}` : `its id ${id} was handled before the window began`} (lost write)`,
    expected: `${pass.op ?? 'it'} handled in ${group}`,
    actual:
      last === null
        ? 'a duplicate of nothing'
        : `handled at ${last.at} ms, skipped at ${pass.at} ms, window ${window} ms`,
    op: pass.op,
    consumer,
    group,
    node,
    at: pass.at,
  })
}
