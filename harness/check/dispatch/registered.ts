import type { Check, Report } from '../check.ts'
import { isAccountedFor, isPending } from '../delivery/accounted.ts'
import { isEntitled } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'
import { WORDS } from './words.ts'

/** dispatch/1: a handler gets exactly the messages of the types that its subscription registered. */
export const registered: Check = {
  clause: 'dispatch/1',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      judgeCalls(ledger, report)
      judgeLetters(ledger, report)
      if (complete && ledger.phases.began('drain') !== null) judgeMissing(ledger, report)
    },
  }),
}

/** No handler gets what it did not register. */
function judgeCalls(ledger: Ledger, report: Report): void {
  const seen = new Set<string>()
  for (const { op, group, consumer, node, began } of ledger.deliveries.all) {
    const types = ledger.routes.typesOf(group)
    if (op === null || types === null || seen.has(join(group, op))) continue
    seen.add(join(group, op))
    report.occasion()
    if (ledger.routes.respelled(op) !== null) report.kind('another spelling')
    const [why] = ledger.routes.why(group, op)
    if (why === undefined) continue
    report.violation({
      message: `the handler of ${consumer} got ${op}, which has none in group ${group}: ${WORDS[why]}`,
      expected: `messages of the types that ${group} registered, and that their topic carries`,
      actual: `${op} was delivered`,
      op,
      consumer,
      group,
      node,
      at: began.at,
    })
  }
}

/** What has a handler does not end for having none. */
function judgeLetters(ledger: Ledger, report: Report): void {
  const { routes, deadLetters, operations, run } = ledger
  const { field = '', ...reasons } = run.claims.dispatch?.reason ?? {}
  for (const { op, group, found, at } of deadLetters.all()) {
    const told = found?.fields[field]
    const operation = operations.get(op)
    if (op === null || group === null || operation === undefined || routes.typesOf(group) === null) continue
    if (told === undefined || !Object.values(reasons).includes(told) || routes.why(group, op).length > 0) continue
    report.violation({
      message: `${op} was dead-lettered in group ${group} as ${told}, but has a handler there`,
      expected: `${op} handled, as ${group} registered its type${spelling(ledger, op)}`,
      actual: `${field}: ${told}`,
      op,
      group,
      node: operation.node,
      at,
    })
  }
}

/** What has a handler reaches it. */
function judgeMissing(ledger: Ledger, report: Report): void {
  for (const operation of ledger.operations.everything()) {
    for (const group of ledger.groups.on(operation.topic)) {
      if (!isAcknowledged(operation) || !isEntitled(group, operation) || isPending(ledger, group)) continue
      const { op } = operation
      if (ledger.routes.typesOf(group.group) === null || ledger.routes.why(group.group, op).length > 0) continue
      if (ledger.deliveries.of(group.group, op).length > 0 || isAccountedFor(ledger, group.group, op)) continue
      report.occasion()
      report.violation(missing(ledger, operation, group.group))
    }
  }
}

function missing(ledger: Ledger, operation: Operation, group: string) {
  const { op, node } = operation
  return {
    message: `no handler of group ${group} got ${op}, although it registered the type`,
    expected: `${op} handled in ${group}${spelling(ledger, op)}`,
    actual: 'it was never delivered, and has no dead letter',
    op,
    group,
    node,
    at: outcomeOf(operation)?.at ?? 0,
  }
}

function spelling({ routes }: Ledger, op: string): string {
  const given = routes.respelled(op)
  return given === null ? '' : `, in whichever spelling: its caller wrote ${JSON.stringify(given)}`
}
