/** busproof as a library. Test suites use `busproof/vitest`; authors of adapters use the types, `fixed` and `settable`. */

export type { CertificateLevel, Clause } from '../spec/clause.ts'
export { CLAUSES } from '../spec/index.ts'
export type * from './adapter.ts'
export { REDRIVEN, ROLES } from './adapter.ts'
export type { Action, Disagreement, Explored } from './breaker/explore.ts'
export { ACTIONS, ALL_ACTIONS, explore, wander } from './breaker/explore.ts'
export type { CalledExploration, CalledWalks } from './breaker/explore-called.ts'
export { exploreCalled, wanderCalled } from './breaker/explore-called.ts'
export type { CalledBreaker, Followed, MakeCalledBreaker, Step } from './breaker/follow.ts'
export { follow } from './breaker/follow.ts'
export type { Clock, Input, Output, Steps, Way } from './breaker/machine.ts'
export { isBusError } from './bus-error.ts'
export type { Certificate, Failure, Verdict, VerdictName } from './certificate/certificate.ts'
export { CERTIFICATE_FORMAT } from './certificate/certificate.ts'
export type { Waiver } from './certificate/waiver.ts'
export { certify } from './certify.ts'
export type { CertifyOptions, Progress } from './certify-options.ts'
export type { Finding, Violation } from './check/check.ts'
export { judge } from './check/judge.ts'
export type {
  BreakerClaim,
  Claims,
  ConsecutiveTrip,
  DeadLetterClaim,
  Figure,
  RateTrip,
  ResolvedClaims,
  RetryClaim,
  Settings,
  TripClaim,
} from './claims.ts'
export { fixed, resolveClaims, settable, settableFigures } from './claims.ts'
export { SiteError, UsageError } from './errors.ts'
export type { Event, EventOf, Phase } from './events/kinds.ts'
export type { SeenError } from './events/parts.ts'
export type { RunHeader } from './history/header.ts'
export { HISTORY_FORMAT } from './history/header.ts'
export type { ReadHistory } from './history/read.ts'
export { parseHistory, readHistory } from './history/read.ts'
export type { Plan } from './plan/plan.ts'
export type { PlanSize } from './plan/size.ts'
export { renderConsole } from './report/console.ts'
export { renderJson } from './report/json.ts'
export { renderJunit } from './report/junit.ts'
export type { Story } from './report/story.ts'
export { tellStory } from './report/story.ts'
