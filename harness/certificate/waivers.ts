/** Violations that a team knows of and accepts for a while: each has a reason, an owner, and a day on which it ends. */
import { z } from 'zod'
import { CLAUSES } from '../../spec/index.ts'
import { UsageError } from '../errors.ts'
import { sentenceOf } from '../sentence.ts'
import type { Verdict } from './certificate.ts'

const text = z
  .string()
  .refine((given) => given.trim() !== '', { message: 'must not be empty' })
  .refine((given) => !/[\r\n]/.test(given.trim()), { message: 'must be one line' })
  .transform((given) => given.trim())

const isClause = (id: string): boolean => CLAUSES.some((clause) => clause.id === id)

const isDay = (given: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(given) && new Date(`${given}T00:00:00Z`).toJSON()?.startsWith(given) === true

export const waiverShape = z.strictObject({
  /** Its id, such as `delivery/7`. */
  clause: z
    .string()
    .refine(isClause, { message: 'must be the id of a clause, such as delivery/7; `busproof spec` lists them' }),
  /** Why the team accepts this, on one line. */
  reason: text,
  /** Who answers for it. */
  owner: text,
  /** What it accepts: a violation, which is the default, or that the clause is short of occasions. */
  accepts: z.enum(['violation', 'shortage']).exactOptional(),
  /** The violation comes and goes: the waiver may stay when a certificate did not need it. */
  intermittent: z.boolean().exactOptional(),
  /** The last day on which it holds, in UTC. */
  expires: z.string().refine(isDay, { message: 'must be a day, such as 2027-01-31' }),
})

export type Waiver = Readonly<z.infer<typeof waiverShape>>

/** No clause is waived twice. */
export const waiversShape: z.ZodType<readonly Waiver[]> = z.array(waiverShape).superRefine((waivers, context) => {
  for (const [index, { clause }] of waivers.entries()) {
    const first = waivers.findIndex((one) => one.clause === clause)
    if (first < index)
      context.addIssue({
        code: 'custom',
        path: [index, 'clause'],
        message: `${clause} is waived already, by [${first}]`,
      })
  }
})

/** A verdict that counts as if the clause had passed, until the waiver expires. */
export interface Waived {
  readonly waiver: Waiver
  /** What the verdict was. */
  readonly was: 'fail' | 'inconclusive'
}

/** Whether it holds on a day, such as `2027-01-31`. */
export const holds = ({ expires }: Waiver, today: string): boolean => today <= expires

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
    if ((was === 'fail' || was === 'inconclusive') && ACCEPTED[was] !== accepts) return verdict
    if (was === 'fail' || was === 'inconclusive') {
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

/** Throws a {@link UsageError} that names the option and the waiver, for the wrong shape. */
export function checkWaivers(given: unknown): readonly Waiver[] {
  const parsed = waiversShape.safeParse(given)
  if (parsed.success) return parsed.data
  throw new UsageError(sentenceOf(parsed.error, 'waivers', given))
}
