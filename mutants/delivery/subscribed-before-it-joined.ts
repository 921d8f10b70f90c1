import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'A subscription succeeds once the join is on its way: what is published before the join arrives is lost to a group from latest.',
  must: ['delivery/1'],
  // One that is still joining cannot leave.
  may: ['delivery/5', 'fail-fast/2'],
  minimal: 'from-latest-over-a-slow-link',
  bus: (bus) => ({
    ...bus,
    async subscribe(subscription, handle) {
      const joining = bus.subscribe(subscription, handle)
      await Promise.race([joining, sleep(1)])
      return { close: async () => await (await joining).close() }
    },
  }),
}

export default brokenMemory(defect)
