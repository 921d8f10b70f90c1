import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A component that fails makes the health check reject.',
  must: ['health/1'],
  minimal: 'asked-in-an-outage',
  bus: tellingHealth((told) => {
    const bad = told.components.find(({ name, status }) => name !== 'breaker' && status !== 'healthy')
    if (bad !== undefined) throw new Error(bad.message)
    return told
  }),
}

export default brokenMemory(defect)
