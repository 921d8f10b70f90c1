import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import { type Operation, outcomeOf } from '../tracker/operations.ts'
import { counted } from '../tracker/timing.ts'

/** resources/7: everything that a publish borrows returns to the pool, even if the publish failed or was aborted. */
export const returned: Check = {
  clause: 'resources/7',
  file: import.meta.url,
  detect: ({ run, operations, stalls }, report) => {
    /** The calm moments, each with the failed or aborted publishes before it; in the order of the history. */
    const calm: { readonly event: EventOf<'stats'>; readonly bad: readonly Operation[] }[] = []

    /** When the last of them must have returned what it borrowed: an abandoned request may still be answered within its time-out. */
    const dueAt = (bad: readonly Operation[]): number =>
      Math.max(...bad.map((one) => outcomeOf(one)?.at ?? 0)) + run.claims.publish.timeout + run.slack

    const judge = ({ at, node, stats }: EventOf<'stats'>, bad: readonly Operation[]): void => {
      const last = bad.at(-1)
      if (stats === null || last === undefined || dueAt(bad) > at || stalls.touch(last.began.at, at)) return
      report.occasion()
      const { active, waiting, total } = stats.connections
      if (active === 0 && waiting === 0) return
      report.violation({
        message: `${node} ${active > 0 ? `leaked ${active} of its ${total} pooled clients` : 'leaves publishes waiting for a pooled client'} after ${afterOf(bad, last)}`,
        expected: 'every client is back in the pool, and no publish waits for one, once all publishes have settled',
        actual: `${counted(active, 'client')} still lent, ${waiting} publishes waiting; last failure: ${last.op}`,
        op: last.op,
        node,
        at,
      })
    }

    return {
      takes: ['stats'],
      step(event) {
        if (event.type !== 'stats' || event.when !== 'calm') return
        const own = [...operations.all()].filter(({ node }) => node === event.node)
        if (own.some((one) => outcomeOf(one) === null)) return
        const isBad = (one: Operation): boolean => outcomeOf(one)?.status === 'failed' || one.aborted !== null
        calm.push({ event, bad: own.filter(isBad) })
      },
      end() {
        for (const { event, bad } of calm) judge(event, bad)
      },
    }
  },
}

/** For sentences: the publishes that failed or were aborted; `last` is the last of them. */
function afterOf({ length }: readonly Operation[], last: Operation): string {
  if (length > 1) return `${length} failed or aborted publishes (the last: ${last.op})`
  return `${last.aborted === null ? 'a failed' : 'an aborted'} publish (${last.op})`
}
