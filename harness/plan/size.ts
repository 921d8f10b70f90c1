import type { PlanSize } from '../certificate/certificate.ts'
import type { Plan } from './plan.ts'

export const planSize = (plan: Plan): PlanSize => ({
  messages: plan.messages.length,
  faults: plan.faults.length + plan.outages.length + plan.kills.length,
  consumers: plan.consumers.length,
})
