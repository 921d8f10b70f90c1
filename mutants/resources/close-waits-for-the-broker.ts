import type { MemberLog } from '../../adapters/resilience/index.ts'
import type { Site } from '../../harness/adapter.ts'
import { brokenMemory, type Defect, sleep } from '../mutant.ts'

const members = new WeakMap<Site, MemberLog[]>()

export const defect: Defect = {
  text: 'Close waits until every member has left its group, and so waits for ever while the broker is down.',
  must: ['resources/2'],
  may: ['resources/1', 'fail-fast/2', 'delivery/13'],
  minimal: 'closed-while-the-broker-is-away',
  member(log, site) {
    members.set(site, [...(members.get(site) ?? []), log])
    return log
  },
  disconnect: (disconnect, site) => async () => {
    for (const log of members.get(site) ?? []) {
      const leave = (): Promise<boolean> =>
        log.leave().then(
          () => true,
          () => false,
        )
      while (!(await leave())) await sleep(200)
    }
    await disconnect()
  },
}

export default brokenMemory(defect)
