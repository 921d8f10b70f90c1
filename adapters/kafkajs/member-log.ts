/** Group consumption for the shared resilience: a member, and after it the next one, whenever one was lost. */
import type { Site, Subscription } from '../../harness/adapter.ts'
import { type MemberLog, wait } from '../resilience/index.ts'
import { type Membership, startMembership } from './membership.ts'
import type { Sender } from './producer.ts'

export function createMemberLog(site: Site, subscription: Subscription, deadLetters: Sender): MemberLog {
  let current: Membership | null = null
  const membership = (): Membership => {
    if (current === null) throw new Error('not yet a member')
    return current
  }
  return {
    async join(signal) {
      // The group removed it, but it is already a member again.
      if (current !== null && !current.isOver()) return await current.ready(signal)
      await current?.end()
      current = startMembership(site, subscription)
      await current.ready(signal)
    },
    async sync() {
      if (current === null || current.isOver() || current.takeForgotten()) return null
      return performance.now() - current.heardAt() < site.claims.consume.session ? current.owned() : []
    },
    heardAt: () => membership().heardAt(),
    async untilChanged(ms, signal) {
      if (current === null || current.isOver()) await wait(Math.min(ms, 20), signal)
      else await current.untilChanged(ms, signal)
    },
    enter: async (partition, signal) => (await current?.enter(partition, signal)) ?? null,
    fetch: async (partition, from, signal) => await membership().fetch(partition, from, signal),
    commit: async (partition, next) => await membership().commit(partition, next),
    // Kafka asks no member for one partition: all are given up, and dealt anew.
    release: async () => undefined,
    leave: async () => await current?.end(),
    storeDeadLetter: async (message) => void (await deadLetters.send(message)),
  }
}
