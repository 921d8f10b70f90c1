/** Applies waivers to verdicts. */
import type { Verdict } from './certificate.ts'
import { holds, type Waiver } from './waiver.ts'

export interface Waiving {
  readonly verdicts: readonly Verdict[]
  /** One sentence for each waiver in force. */
  readonly notes: readonly string[]
  /** One sentence for each that has expired, or that nothing needed: they keep the certificate from being issued. */
  readonly stale: readonly string[]
}

/** Applies the waivers that hold `today`. `isWhole`: the search was long enough to say that a waiver is not needed. */
export function waive(
  verdicts: readonly Verdict[],
  waivers: readonly Waiver[],
  { today, isWhole }: { readonly today: string; readonly isWhole: boolean },
): Waiving {
  const stale: string[] = []
  const notes: string[] = []
  const waivedBy = (verdict: Verdict): Verdict => {
    const waiver = waivers.find(({ clause }) => clause === verdict.clause)
    if (waiver === undefined || verdict.verdict === 'not run' || verdict.verdict === 'error') return verdict
    const { clause, reason, owner, expires, accepts = 'violation', intermittent = false } = waiver
    if (!holds(waiver, today)) {
      stale.push(`The waiver of ${clause} (${owner}) expired on ${expires}; renew it or remove it.`)
      return verdict
    }
    const { verdict: was } = verdict
    if (was === 'fail' || was === 'inconclusive') {
      if (ACCEPTED[was] !== accepts) return verdict
      const waived: Verdict = { ...verdict, verdict: 'waived', waived: { waiver, was } }
      notes.push(`${clause} is ${WAS[was]}, but ${waivedText(waived)}${/[.!?]$/.test(reason) ? '' : '.'}`)
      return waived
    }
    if (isWhole && !intermittent)
      stale.push(`The waiver of ${clause} (${owner}) is not needed: the clause ${IS[was]}; remove it.`)
    return verdict
  }
  const judged = verdicts.map(waivedBy)
  for (const { clause, owner } of isWhole ? waivers : [])
    if (!verdicts.some((verdict) => verdict.clause === clause))
      stale.push(`The waiver of ${clause} (${owner}) is not needed: this level does not judge the clause; remove it.`)
  return { verdicts: judged, notes, stale }
}

const ACCEPTED = { fail: 'violation', inconclusive: 'shortage' } as const
const WAS = { fail: 'violated', inconclusive: 'short of occasions' } as const
const IS = { pass: 'passed', unsupported: 'is unsupported', waived: 'is waived' } as const

/** In whose name, until when and why a clause is waived. */
export function waivedText({ waived }: Pick<Verdict, 'waived'>): string {
  if (waived === undefined) return 'waived'
  const { expires, owner, reason } = waived.waiver
  return `waived until ${expires} by ${owner}: ${reason}`
}
