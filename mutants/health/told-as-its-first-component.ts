import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The overall status is that of the first component.',
  must: ['health/1'],
  may: ['health/2'],
  minimal: 'asked-in-an-outage-of-consuming',
  bus: tellingHealth((told) => ({ ...told, status: told.components[0]?.status ?? 'healthy' })),
}

export default brokenMemory(defect)
