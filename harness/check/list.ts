/** Every check, in the order of the specification. Written by `npm run checks-list`. */

import { byHand } from './breaker/by-hand.ts'
import { decision } from './breaker/decision.ts'
import { degradation } from './breaker/degradation.ts'
import { once } from './breaker/once.ts'
import { otherSubscriptions } from './breaker/other-subscriptions.ts'
import { permits } from './breaker/permits.ts'
import { refusal } from './breaker/refusal.ts'
import { reset } from './breaker/reset.ts'
import { stale } from './breaker/stale.ts'
import { subscription } from './breaker/subscription.ts'
import { transitions } from './breaker/transitions.ts'
import { trip } from './breaker/trip.ts'
import { wayOut } from './breaker/way-out.ts'
import { window } from './breaker/window.ts'
import type { Check } from './check.ts'
import { conflicts } from './configuration/conflicts.ts'
import { environment } from './configuration/environment.ts'
import { precedence } from './configuration/precedence.ts'
import { settings } from './configuration/settings.ts'
import { atOnce } from './dead-letter/at-once.ts'
import { beforeCommit } from './dead-letter/before-commit.ts'
import { complete } from './dead-letter/complete.ts'
import { named } from './dead-letter/named.ts'
import { poison } from './dead-letter/poison.ts'
import { present } from './dead-letter/present.ts'
import { redriven } from './dead-letter/redriven.ts'
import { warranted } from './dead-letter/warranted.ts'
import { afterDiskLoss } from './delivery/after-disk-loss.ts'
import { beginnings } from './delivery/beginnings.ts'
import { commits } from './delivery/commits.ts'
import { conservation } from './delivery/conservation.ts'
import { content } from './delivery/content.ts'
import { continuity } from './delivery/continuity.ts'
import { duplicates } from './delivery/duplicates.ts'
import { expiry } from './delivery/expiry.ts'
import { groups } from './delivery/groups.ts'
import { identities } from './delivery/identities.ts'
import { leftBehind } from './delivery/left-behind.ts'
import { liveness } from './delivery/liveness.ts'
import { namespaces } from './delivery/namespaces.ts'
import { origin } from './delivery/origin.ts'
import { rebalance } from './delivery/rebalance.ts'
import { names } from './dispatch/names.ts'
import { registered } from './dispatch/registered.ts'
import { unhandled } from './dispatch/unhandled.ts'
import { aboutMessage } from './envelope/about-message.ts'
import { caused } from './envelope/caused.ts'
import { given } from './envelope/given.ts'
import { made } from './envelope/made.ts'
import { refusedFields } from './envelope/refused-fields.ts'
import { badInput } from './fail-fast/bad-input.ts'
import { batches } from './fail-fast/batches.ts'
import { bounded } from './fail-fast/bounded.ts'
import { closedBus } from './fail-fast/closed-bus.ts'
import { crashes } from './fail-fast/crashes.ts'
import { errors } from './fail-fast/errors.ts'
import { refusedForGood } from './fail-fast/refused-for-good.ts'
import { secrets } from './fail-fast/secrets.ts'
import { truthful } from './fail-fast/truthful.ts'
import { written } from './fail-fast/written.ts'
import { answers } from './health/answers.ts'
import { metrics } from './health/metrics.ts'
import { readiness } from './health/readiness.ts'
import { scraping } from './health/scraping.ts'
import { truth } from './health/truth.ts'
import { behindFailure } from './ordering/behind-failure.ts'
import { overlap } from './ordering/overlap.ts'
import { perKey } from './ordering/per-key.ts'
import { places } from './ordering/places.ts'
import { realTime } from './ordering/real-time.ts'
import { wide } from './ordering/wide.ts'
import { baseline } from './resources/baseline.ts'
import { close } from './resources/close.ts'
import { connections } from './resources/connections.ts'
import { flushed } from './resources/flushed.ts'
import { kept } from './resources/kept.ts'
import { memory } from './resources/memory.ts'
import { others } from './resources/others.ts'
import { reconnects } from './resources/reconnects.ts'
import { returned } from './resources/returned.ts'
import { statistics } from './resources/statistics.ts'
import { used } from './resources/used.ts'
import { attempts } from './retry/attempts.ts'
import { counts } from './retry/counts.ts'
import { inStep } from './retry/in-step.ts'
import { jitter } from './retry/jitter.ts'
import { permanent } from './retry/permanent.ts'
import { stacked } from './retry/stacked.ts'
import { waits } from './retry/waits.ts'

export const CHECKS: readonly Check[] = [
  conservation,
  origin,
  duplicates,
  content,
  groups,
  commits,
  continuity,
  beginnings,
  namespaces,
  rebalance,
  identities,
  expiry,
  liveness,
  afterDiskLoss,
  leftBehind,
  perKey,
  wide,
  realTime,
  overlap,
  behindFailure,
  places,
  truthful,
  bounded,
  errors,
  secrets,
  crashes,
  badInput,
  closedBus,
  written,
  batches,
  refusedForGood,
  trip,
  refusal,
  reset,
  permits,
  decision,
  wayOut,
  stale,
  transitions,
  once,
  byHand,
  degradation,
  window,
  subscription,
  otherSubscriptions,
  attempts,
  waits,
  jitter,
  permanent,
  stacked,
  counts,
  inStep,
  present,
  warranted,
  complete,
  beforeCommit,
  poison,
  named,
  redriven,
  atOnce,
  baseline,
  close,
  flushed,
  others,
  connections,
  statistics,
  returned,
  kept,
  memory,
  used,
  reconnects,
  answers,
  truth,
  readiness,
  scraping,
  metrics,
  settings,
  precedence,
  environment,
  conflicts,
  given,
  made,
  refusedFields,
  caused,
  aboutMessage,
  registered,
  unhandled,
  names,
]
