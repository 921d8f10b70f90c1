import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A bus connects first and reads its settings then.',
  must: ['configuration/1'],
  may: ['configuration/4'],
  minimal: 'configured',
  async opening(site) {
    const wire = await site.dial('publish').catch(() => null)
    wire?.destroy()
  },
}

export default brokenOnex(defect)
