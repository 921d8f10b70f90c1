/** Violations that a team knows of and accepts for a while: each has a reason, an owner, and a day on which it ends. */
import { z } from 'zod'
import { CLAUSES } from '../../spec/index.ts'
import { UsageError } from '../errors.ts'
import { sentenceOf } from '../sentence.ts'

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

/** Throws a {@link UsageError} that names the option and the waiver, for the wrong shape. */
export function checkWaivers(given: unknown): readonly Waiver[] {
  const parsed = waiversShape.safeParse(given)
  if (parsed.success) return parsed.data
  throw new UsageError(sentenceOf(parsed.error, 'waivers', given))
}
