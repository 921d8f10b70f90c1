import type { Check, Report } from '../check.ts'
import { mayBeStoredTwice } from '../tracker/causes.ts'
import { type GroupOnTopic, startsAtEarliest } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'

/** delivery/8: a new group from `earliest` receives everything that is retained, one from `latest` only later messages. */
export const beginnings: Check = {
  clause: 'delivery/8',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const operation of ledger.operations.all()) {
        for (const subscribed of ledger.groups.on(operation.topic)) {
          if (!wasThereBefore(subscribed, operation)) continue
          if (startsAtEarliest(subscribed)) judgeEarliest(ledger, report, { operation, subscribed, complete })
          else judgeLatest(ledger, report, { operation, subscribed })
        }
      }
    },
  }),
}

interface Begun {
  readonly operation: Operation
  readonly subscribed: GroupOnTopic
}

/** It was acknowledged before the group's first subscription began. */
function wasThereBefore({ consumers, firstSubscribed }: GroupOnTopic, operation: Operation): boolean {
  const began = consumers[0]?.began
  const settled = outcomeOf(operation)
  if (began === undefined || firstSubscribed === null || settled === null || !isAcknowledged(operation)) return false
  return isBefore(settled, began)
}

function judgeEarliest(
  ledger: Ledger,
  report: Report,
  { operation, subscribed, complete }: Begun & { readonly complete: boolean },
): void {
  const { op, topic } = operation
  const { group } = subscribed
  const until = ledger.phases.began('close')
  if (!complete || ledger.phases.began('drain') === null || until === null) return
  if (ledger.groups.live(group, topic, until).length === 0 || !isRetained(ledger, operation, group)) return
  report.occasion()
  report.kind('a group from earliest')
  if (ledger.deliveries.of(group, op).length > 0 || ledger.outcomes.doneAt(group, op) !== null) return
  report.violation({
    message: `the new group ${group}, which started at the earliest message, never got ${op}, which was published before it subscribed`,
    expected: `${op} delivered to ${group}`,
    actual: `${op} was acknowledged at ${outcomeOf(operation)?.at} ms, and ${group} subscribed at ${subscribed.consumers[0]?.began.at} ms`,
    op,
    group,
    at: subscribed.firstSubscribed?.at ?? 0,
  })
}

/** Another clause judges messages that were never stored. */
const isRetained = ({ run, positions, groups, deliveries }: Ledger, { op, topic }: Operation, but: string): boolean =>
  run.witness === 'none'
    ? groups.on(topic).some(({ group }) => group !== but && deliveries.of(group, op).length > 0)
    : positions.witnessed(op).length > 0

function judgeLatest(ledger: Ledger, report: Report, { operation, subscribed }: Begun): void {
  const { group, consumers } = subscribed
  const [first] = consumers
  // A copy that is stored late follows the subscription.
  if (first?.from !== 'latest' || mayBeStoredTwice(ledger, operation)) return
  report.occasion()
  report.kind('a group from latest')
  // A member that asks for everything may receive it if the group had committed nothing.
  const until = consumers.find(({ from }) => from === 'earliest')?.began ?? NEVER
  const early = ledger.deliveries.of(group, operation.op).find(({ began }) => isBefore(began, until))
  if (early === undefined) return
  report.violation({
    message: `the new group ${group}, which started at the latest message, got ${operation.op}, which was published before it subscribed`,
    expected: `only what is published after ${first.consumer} subscribed at ${first.began.at} ms`,
    actual: `${operation.op} was acknowledged at ${outcomeOf(operation)?.at} ms, and delivered to ${early.consumer} at ${early.began.at} ms`,
    op: operation.op,
    consumer: early.consumer,
    group,
    node: early.node,
    at: early.began.at,
  })
}

const NEVER: Moment = { at: Number.POSITIVE_INFINITY, seq: Number.POSITIVE_INFINITY }
