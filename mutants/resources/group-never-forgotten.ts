import type { Subscription } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

interface Statistics {
  readonly subscription: Subscription
  readonly handled: number[]
}

export const defect: Defect = {
  text: 'The bus keeps statistics of each group that it ever had a consumer of.',
  must: ['resources/10'],
  minimal: 'used-for-long',
  bus(bus) {
    const groups = new Map<string, Statistics>()
    return {
      ...bus,
      subscribe(subscription, handle) {
        groups.set(subscription.group, { subscription, handled: Array.from({ length: 600 }, () => 0) })
        return bus.subscribe(subscription, handle)
      },
    }
  },
}

export default brokenMemory(defect)
