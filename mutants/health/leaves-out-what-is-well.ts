import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only the components that are not well are named.',
  must: ['health/1'],
  minimal: 'asked-in-an-outage',
  bus: tellingHealth((told) => {
    const bad = told.components.filter(({ status }) => status !== 'healthy')
    return bad.length === 0 ? told : { ...told, components: bad }
  }),
}

export default brokenMemory(defect)
