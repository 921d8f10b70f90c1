import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Readiness asks for the connections only, and not for the breaker.',
  must: ['health/3'],
  minimal: 'asked-with-a-breaker-forced-open',
  bus: tellingHealth((told) => ({
    ...told,
    ready: told.components.every(({ name, status }) => name === 'breaker' || status === 'healthy'),
  })),
}

export default brokenMemory(defect)
