import { tellingHealth } from '../health-parts.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The message of a component that fails contains the token that the bus authenticates with.',
  must: ['fail-fast/4'],
  minimal: 'asked-in-an-outage',
  bus: (bus, site) =>
    tellingHealth((told) => ({
      ...told,
      components: told.components.map((one) =>
        one.status === 'healthy' ? one : { ...one, message: `${one.message}, token ${site.credentials.token}` },
      ),
    }))(bus),
}

export default brokenMemory(defect)
