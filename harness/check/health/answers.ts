import { type BusHealth, HEALTH_STATUSES } from '../../vocabulary.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import {
  type Answered,
  createHealthChecks,
  type HealthCheck,
  type HealthChecks,
  type HealthClaim,
  saidOf,
} from './asked.ts'

/** health/1: a health check answers in time, with every component, each looked at lately. */
export const answers: Check = {
  clause: 'health/1',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.health
    if (claim === undefined) return {}
    const checks = createHealthChecks(ledger, claim)
    return {
      takes: checks.takes,
      step: checks.step,
      end(complete) {
        for (const check of checks.all()) {
          const until = check.answered?.at ?? check.asked.at + claim.timeout
          report.occasion()
          if (ledger.faults.touched(check.asked.at, until)) report.kind('under a fault')
          if (checks.wasClosing(check)) report.kind('of a closing bus')
          judgeTime(ledger, report, claim, check, complete)
        }
        judgeComponents(report, checks.answered())
        judgeAge(ledger, report, claim, checks)
      },
    }
  },
}

function judgeTime(
  { run, nodes, stalls, now }: Ledger,
  report: Report,
  { timeout }: HealthClaim,
  { node, asked, answered }: HealthCheck,
  complete: boolean,
): void {
  const due = asked.at + timeout + run.slack
  const exited = nodes.get(node)?.exited ?? null
  const what = ((): { readonly did: string; readonly actual: string } | null => {
    if (answered === null) {
      const isExcused = (exited !== null && exited.at <= due) || stalls.touch(asked.at, due)
      return complete && now().at >= due && !isExcused ? { did: 'never answered', actual: 'no answer' } : null
    }
    if (answered.health === null)
      return { did: 'failed instead of answering', actual: answered.error?.message ?? 'it returned no health' }
    if (answered.at <= due || stalls.touch(asked.at, answered.at)) return null
    return { did: 'took too long', actual: `answered at ${answered.at} ms` }
  })()
  if (what === null) return
  report.violation({
    message: `the health check of ${node} ${what.did}`,
    expected: `an answer within ${timeout} ms, whatever the network does`,
    actual: `asked at ${asked.at} ms, ${what.actual}`,
    node,
    at: answered?.at ?? due,
  })
}

function judgeComponents(report: Report, answered: readonly Answered[]): void {
  const first = new Map<string, BusHealth>()
  for (const { node, health, answered: answer } of answered) {
    const before = first.get(node) ?? health
    first.set(node, before)
    const wrong = wrongIn(health, before)
    if (wrong === null) continue
    report.violation({ ...wrong, message: `the health of ${node} ${wrong.message}`, node, at: answer.at })
  }
}

function judgeAge(ledger: Ledger, report: Report, claim: HealthClaim, checks: HealthChecks): void {
  for (const [older, newer] of pairsOf(checks.answered(), ledger, claim)) {
    if (checks.wasClosing(newer) || ledger.stalls.touch(older.answered.at, newer.answered.at)) continue
    const stale = newer.health.components.find(({ name, checkedAt }) => {
      const then = older.health.components.find((one) => one.name === name)
      return then !== undefined && Date.parse(checkedAt) <= Date.parse(then.checkedAt)
    })
    if (stale === undefined) continue
    report.violation({
      message: `the health of ${newer.node} tells of ${stale.name} as it was long ago`,
      expected: `looked at no longer than ${claim.age} ms before the health check of ${newer.asked.at} ms`,
      actual: `checkedAt ${stale.checkedAt}, as in the answer of ${older.answered.at} ms`,
      node: newer.node,
      at: newer.answered.at,
    })
  }
}

/** What contradicts itself in an answer, or the first answer of its bus. */
function wrongIn(
  health: BusHealth,
  first: BusHealth,
): { readonly message: string; readonly expected: string; readonly actual: string } | null {
  const actual = saidOf(health)
  const names = health.components.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return { message: `names ${twice} twice`, expected: 'each component once', actual }
  const expected = first.components.map(({ name }) => name).toSorted()
  if (names.toSorted().join('\n') !== expected.join('\n'))
    return { message: 'has other components than before', expected: expected.join(', '), actual }
  const worst = Math.max(...health.components.map(({ status }) => HEALTH_STATUSES.indexOf(status)))
  const due = HEALTH_STATUSES[worst]
  if (health.status === due || due === undefined) return null
  return {
    message: `is told as ${health.status}, but one component is ${due}`,
    expected: `${due}, as the worst`,
    actual,
  }
}

/** Each answer with the last one of its bus that was given too early for any look to be the same. */
function pairsOf(
  answered: readonly Answered[],
  { run, faults }: Ledger,
  { age, timeout }: HealthClaim,
): readonly (readonly [Answered, Answered])[] {
  if (faults.clockStepped()) return []
  return answered.flatMap((newer, index) => {
    const before = newer.asked.at - age - timeout - run.slack
    const older = answered.slice(0, index).findLast((one) => one.node === newer.node && one.answered.at < before)
    return older === undefined ? [] : [[older, newer] as const]
  })
}
