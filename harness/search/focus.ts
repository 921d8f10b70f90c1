/** The first and boldest guesses: the messages that the violation is about are often all that it takes. */
import { redrivenOp } from '../history/op.ts'
import { hasEarlyConsumer } from '../plan/consumers.ts'
import { opOf } from '../plan/message.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { HAPPENINGS, type Reducing } from './reducing.ts'

/** The ops of the messages that the violation is about; of a copy that was redriven, the op of what it copies. */
const opsIn = ({ findings }: RunOutcome, clause: string): ReadonlySet<string> =>
  new Set((findings[clause]?.violations[0]?.ops ?? []).map((op) => redrivenOp(op) ?? op))

/** The plan with these of the happenings that it has. */
const happening = (plan: Plan, isKept: (one: { readonly at: number }) => boolean): Plan => ({
  ...plan,
  ...Object.fromEntries(
    HAPPENINGS.flatMap((list) => {
      const all: readonly { readonly at: number }[] | undefined = plan[list]
      return all === undefined ? [] : [[list, all.filter(isKept)]]
    }),
  ),
})

const calm = (plan: Plan): Plan => ({ ...happening(plan, () => false), cycles: 0, uses: 0 })

function alone(plan: Plan): Plan {
  const first = plan.consumers.find((consumer) => hasEarlyConsumer([consumer]))
  return { ...plan, nodes: 1, ...(first === undefined ? {} : { consumers: [{ ...first, leaveAt: null }] }) }
}

/** Without what the plan has happen when the clause was broken already. */
function before(plan: Plan, moment: number): Plan {
  const past = ({ at }: { readonly at: number }): boolean => at <= moment
  return { ...happening(plan, past), messages: plan.messages.filter(past) }
}

/** Each guess is tried on what the ones before it have left. */
export async function focus(reducing: Reducing): Promise<void> {
  const { clause } = reducing
  const plan = (): Plan => reducing.smallest.plan
  const named = (): Plan => {
    const ops = opsIn(reducing.smallest, clause)
    return { ...plan(), messages: plan().messages.filter((_, index) => ops.has(opOf(index))) }
  }
  const moment = (): number => reducing.smallest.findings[clause]?.violations[0]?.at ?? 0
  /** A failure of a late message, behind others, may also occur with this message alone, published at the same time. */
  const late = (): Plan => {
    const { messages, ...rest } = named()
    return {
      ...rest,
      messages: messages.map((message) => ({ ...message, at: Math.max(message.at, Math.floor(moment())) })),
    }
  }
  const untilThen = (): Plan => before(plan(), moment())
  const guesses = [
    () => calm(alone({ ...plan(), messages: [] })),
    () => calm(alone(named())),
    () => calm(alone(late())),
    () => alone(named()),
    () => alone(late()),
    named,
    () => calm(alone(plan())),
    () => calm(plan()),
    () => alone(plan()),
    untilThen,
  ]
  for (const guess of guesses) await reducing.attempt(guess())
}
