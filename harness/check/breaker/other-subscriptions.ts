import type { Check, Report } from '../check.ts'
import type { Event } from '../event.ts'
import { isWhole, wasTouched } from '../tracker/causes.ts'
import { type GroupOnTopic, isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, type Moment } from '../tracker/moment.ts'
import type { Operation } from '../tracker/operations.ts'
import type { OpenPeriod } from '../tracker/subscriptions.ts'
import { instant, rounded } from '../tracker/timing.ts'
import { servedUntil } from './served-until.ts'
import { soleNode } from './sole-node.ts'

/** A message that a subscription waits for while another one is open. */
interface Watch {
  readonly operation: Operation
  readonly group: string
  readonly node: string
  readonly other: OpenPeriod
  readonly since: Moment
}

/** breaker/14: while the breaker of a subscription is open, the others of its bus get their messages. */
export const otherSubscriptions: Check = {
  clause: 'breaker/14',
  file: import.meta.url,
  detect(ledger, report) {
    const inHand = createInHand(ledger)
    const watches = new Map<string, Watch>()
    const missed: Watch[] = []

    const watch = (operation: Operation, of: GroupOnTopic, moment: Moment): void => {
      const node = soleNode(ledger, of, moment)
      if (node === null || !isEntitled(of, operation)) return
      if (ledger.subscriptions.open(node, of.group, of.topic) !== null || !inHand.isFree(of, operation.op)) return
      const other = ledger.subscriptions
        .resting(node, moment.at)
        .reduce<OpenPeriod | null>((last, one) => (last === null || one.until > last.until ? one : last), null)
      if (other === null) return
      const one: Watch = { operation, group: of.group, node, other, since: moment }
      const [first] = ledger.deliveries.of(of.group, operation.op)
      if (first === undefined) watches.set(join(of.group, operation.op), one)
      else if (first.began.seq > other.seq) count(report, one)
    }

    return {
      takes: [...inHand.takes, 'settled'],
      step(event, moment) {
        inHand.step(event)
        if ((event.type === 'published' || event.type === 'settled') && event.status === 'acknowledged') {
          const operation = ledger.operations.get(event.op)
          for (const of of ledger.groups.on(operation?.topic ?? ''))
            if (operation !== undefined) watch(operation, of, moment)
        }
        if (event.type !== 'deliver' || event.op === null) return
        const key = join(event.group, event.op)
        const one = watches.get(key)
        if (one === undefined) return
        watches.delete(key)
        if (event.at < one.other.until) count(report, one)
        else missed.push(one)
      },
      end(complete) {
        if (!isWhole(ledger, complete)) return
        for (const one of [...missed, ...watches.values()]) judge(ledger, report, one)
      },
    }
  },
}

const isOfSameTopic = ({ operation, other }: Watch): boolean => operation.topic === other.subscription.topic

function count(report: Report, watch: Watch): void {
  report.occasion()
  report.kind(isOfSameTopic(watch) ? 'of the same topic' : 'of another topic')
}

/** Nothing that it had a right to reached it before the other's reset time was over, although that was longer than an attempt takes. */
function judge(ledger: Ledger, report: Report, watch: Watch): void {
  const { run, deliveries } = ledger
  const { operation, group, node, other, since } = watch
  const { op } = operation
  const bound = since.at + run.claims.publish.timeout + run.slack
  if (bound >= Math.min(other.until, servedUntil(ledger, node)) || wasTouched(ledger, group, since.at, bound)) return
  count(report, watch)
  const [first] = deliveries.of(group, op)
  const { subscription, opener } = other
  report.violation({
    message: `group ${group} did not get ${op} while group ${subscription.group} on ${subscription.topic} was open`,
    expected: `${op} without waiting for the reset time of group ${subscription.group}, which ${opener.op} opened at ${instant(other.at)} ms`,
    actual:
      first === undefined
        ? 'it was never delivered'
        : `it was delivered ${rounded(first.began.at - since.at)} ms after its acknowledgement, and the reset time ended at ${instant(other.until)} ms`,
    op,
    others: [opener.op],
    ...(first === undefined ? {} : { consumer: first.consumer }),
    group,
    node,
    at: first?.began.at ?? bound,
  })
}

/** What each group has not done of its topics: acknowledged or not, delivered or not. */
function createInHand({ groups, operations, deliveries, positions, run }: Ledger) {
  const { handling, deadLetter } = run.claims
  const most = 1 + (handling?.retries ?? Number.POSITIVE_INFINITY)
  const open = new Map<string, Set<string>>()
  const of = (group: string, topic: string): Set<string> => {
    const key = join(group, topic)
    const found = open.get(key) ?? new Set()
    open.set(key, found)
    return found
  }
  const done = (group: string, op: string | null): void => {
    if (op !== null) of(group, operations.get(op)?.topic ?? '').delete(op)
  }
  return {
    takes: ['publish', 'write', 'published', 'deliver', 'handled', 'dead-lettered', 'dead-letter'] as Event['type'][],
    step(event: Event): void {
      switch (event.type) {
        case 'publish':
        case 'write':
          for (const { group, topic } of groups.on(event.topic)) of(group, topic).add(event.op)
          return
        case 'published':
          if (event.status !== 'failed') return
          for (const { group } of groups.on(operations.get(event.op)?.topic ?? '')) done(group, event.op)
          return
        case 'deliver':
          if (event.op !== null) of(event.group, event.topic).add(event.op)
          return
        case 'handled': {
          const isOver =
            event.outcome === 'permanent' ||
            (event.outcome === 'retryable' && deliveries.of(event.group, event.op ?? '').length >= most)
          if (event.outcome === 'ok' || (isOver && deadLetter === undefined)) done(event.group, event.op)
          return
        }
        case 'dead-lettered':
          done(event.group, positions.opAt(event.position))
          return
        case 'dead-letter':
          done(event.fields['original_group'] ?? '', event.op)
          return
      }
    },
    /** Whether the subscription has nothing in hand but this message. */
    isFree({ group, topic }: GroupOnTopic, op: string): boolean {
      const all = of(group, topic)
      return all.size === 0 || (all.size === 1 && all.has(op))
    },
  }
}
