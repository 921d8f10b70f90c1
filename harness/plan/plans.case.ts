/** What tests ask of plans. */
import type { Outcome, Plan } from './plan.ts'

/** Whether a message with this outcome can only end among the dead letters. */
export const neverSucceeds = (outcome: Outcome): boolean => outcome.kind === 'fails' || outcome.kind === 'permanent'

/** When the last planned thing happens, heals included: ms after traffic began. */
export function trafficEnds(plan: Plan): number {
  return Math.max(
    0,
    ...plan.faults.map((fault) => fault.at + fault.lasts),
    ...plan.closes.map((close) => close.at),
    ...plan.outages.map((outage) => outage.at + outage.lasts),
    ...(plan.forces ?? []).map((force) => force.at + (force.isolated ?? 0)),
    ...(plan.poisons ?? []).map((poison) => poison.at),
    ...plan.kills.map((kill) => kill.at),
    ...plan.consumers.map((consumer) => Math.max(consumer.joinAt, consumer.leaveAt ?? 0)),
    ...plan.messages.map((message) => message.at + (message.abortAfter ?? 0)),
  )
}
