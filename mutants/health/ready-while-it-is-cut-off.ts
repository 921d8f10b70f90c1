import { isClosed, tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A bus whose broker does not answer in time is degraded, and still ready: only its breaker and its close count.',
  must: ['health/3'],
  minimal: 'asked-in-a-black-hole',
  bus: tellingHealth((told) => {
    const isOpen = told.components.some(({ name, status }) => name === 'breaker' && status !== 'healthy')
    return { ...told, ready: !isOpen && !isClosed(told) && told.status !== 'unhealthy' }
  }),
}

export default brokenMemory(defect)
