/** A sequence of steps for a breaker, as JSON: `{ name, text, claim, steps }`, its steps in the words of a disagreement. */
import { z } from 'zod'
import { breaker } from '../claims/breaker.ts'
import type { BreakerClaim } from '../claims.ts'
import { figureOfRun } from '../claims-shape.ts'
import { UsageError } from '../errors.ts'
import { parseJson } from '../plan/parse.ts'
import { sentenceOf } from '../sentence.ts'
import { type Action, ALL_ACTIONS } from './explore.ts'
import type { Step } from './follow.ts'

export interface Sequence {
  /** What the breaker must do, in a line. */
  readonly name: string
  readonly text: string
  readonly claim: BreakerClaim<number>
  readonly steps: readonly Step[]
}

const shape = z.strictObject({
  name: z.string().min(1),
  text: z.string().min(1),
  claim: breaker.shape(figureOfRun),
  steps: z.array(z.string()).min(1),
})

/** Throws a {@link UsageError} that names the place in it. */
export function parseSequence(text: string, where: string): Sequence {
  const parsed = shape.safeParse(parseJson(text, where))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  return {
    ...parsed.data,
    steps: parsed.data.steps.map((words, index) => parseStep(words, `${where}: steps[${index}]`)),
  }
}

function parseStep(words: string, where: string): Step {
  const [, call, rest] = /^(?:call (\d+): )?(.+)$/.exec(words) ?? []
  const action = ALL_ACTIONS.find((one) => one === rest)
  if (action === undefined)
    throw new UsageError(`${where} is "${words}": write one of ${ALL_ACTIONS.map(example).join(', ')}`)
  return { action, call: call === undefined ? null : Number(call) }
}

const ENDS: readonly Action[] = ['success', 'failure', 'time-out', 'ignored', 'cancelled']
const example = (action: Action): string => (ENDS.includes(action) ? `"call 1: ${action}"` : `"${action}"`)
