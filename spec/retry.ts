import type { Clause } from './clause.ts'

export const RETRY: readonly Clause[] = [
  {
    id: 'retry/1',
    area: 'retry',
    level: 'MUST',
    title: 'as many attempts as claimed',
    text: 'A publish that goes on failing is tried once and then retried as often as claimed, never more; fewer attempts need an abort, a deadline, an open breaker, a close, or a permanent error, which a fault never is. Attempts are numbered in the order in which they begin, and at no moment have more requests reached the system than attempts have begun. A member hands a message to its handler no more often than claimed, as the harness counts the calls, and not again once it was rejected as permanent; it numbers the calls 1, 2, 3 and so on, and begins anew only where it may have lost the message.',
    claim: 'retry',
    occasion: 'a publish with a failed attempt',
    wants: 20,
    leans: ['publish-outage'],
    evidence: 'self-reported',
  },
  {
    id: 'retry/2',
    area: 'retry',
    level: 'MUST',
    title: 'waits as claimed',
    text: 'The wait before each retry, of a publish and of a handler, lies inside the support of the claimed formula, its cap included: never early, and hardly late. Which retry it is, the harness counts itself.',
    claim: 'retry',
    occasion: 'a wait between two attempts of one publish or of one handler',
    wants: 30,
    leans: ['publish-outage', 'handler-failure'],
    evidence: 'self-reported',
  },
]
