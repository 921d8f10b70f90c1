import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The statistics count a publish as sent when it begins, and do not correct this if it fails.',
  must: ['resources/6'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    async stats() {
      const stats = await bus.stats?.()
      if (stats === undefined) throw new Error('a bus with a pool has statistics')
      return { ...stats, sent: stats.sent + stats.failed }
    },
  }),
}

export default brokenPool(defect)
