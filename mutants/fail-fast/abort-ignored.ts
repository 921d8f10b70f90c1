import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus ignores the abort signal, so an aborted publish continues its attempts.',
  must: ['fail-fast/2'],
  minimal: 'publish-aborted-in-a-black-hole',
  bus: (bus) => ({ ...bus, publish: (message, options) => bus.publish(message, { op: options.op }) }),
}

export default brokenMemory(defect)
