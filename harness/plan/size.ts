import { PLAN_LISTS } from '../claims/plans.ts'
import type { Plan } from './plan.ts'

export interface PlanSize {
  readonly messages: number
  readonly faults: number
  readonly consumers: number
}

export const planSize = (plan: Plan): PlanSize => ({
  messages: plan.messages.length,
  faults: plan.faults.length + plan.outages.length + plan.kills.length,
  consumers: plan.consumers.length,
})

/**
 * How large a plan is, as one number: one for each thing that happens in it (a message, a fault, an outage, a kill, a close, a
 * breaker operated by hand, an unreadable record, a rest, buses opened and closed again and again, a bus used for long), one for each
 * consumer and each node beyond the first, and one for each consumer that leaves. When it happens, to which topic, under which
 * settings and with what in it does not count.
 */
export function stepsIn(plan: Plan): number {
  const { faults, outages, kills, closes, messages, consumers, nodes } = plan
  const claimed = PLAN_LISTS.map(({ name }) => plan[name] ?? [])
  const lists = [faults, outages, kills, closes, messages, ...claimed]
  const happening =
    lists.reduce((sum, { length }) => sum + length, 0) + Math.min(1, plan.cycles) + Math.min(1, plan.uses)
  const leaving = consumers.filter(({ leaveAt }) => leaveAt !== null).length
  return happening + leaving + (consumers.length - 1) + (nodes - 1)
}
