import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'Close waits until it has left the group, and so waits for ever while the broker is down.',
  must: ['resources/2'],
  may: ['resources/1', 'fail-fast/2', 'delivery/13'],
  minimal: 'closed-while-the-broker-is-away',
  member: (log) => ({
    ...log,
    async leave() {
      while (
        !(await log.leave().then(
          () => true,
          () => false,
        ))
      )
        await sleep(200)
      await log.leave()
    },
  }),
}

export default brokenMemory(defect)
