import type { PlanSize } from '../certificate/certificate.ts'
import type { Plan } from './plan.ts'

export const planSize = (plan: Plan): PlanSize => ({
  messages: plan.messages.length,
  faults: plan.faults.length + plan.outages.length + plan.kills.length,
  consumers: plan.consumers.length,
})

/** When the last planned thing happens, heals included: ms after traffic began. */
export function trafficEnds(plan: Plan): number {
  return Math.max(
    0,
    ...plan.faults.map((fault) => fault.at + fault.lasts),
    ...plan.closes.map((close) => close.at),
    ...plan.outages.map((outage) => outage.at + outage.lasts),
    ...plan.kills.map((kill) => kill.at),
    ...plan.consumers.map((consumer) => Math.max(consumer.joinAt, consumer.leaveAt ?? 0)),
    ...plan.messages.map((message) => message.at + (message.abortAfter ?? 0)),
  )
}
