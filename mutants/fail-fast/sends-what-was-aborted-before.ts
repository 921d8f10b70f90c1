import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus listens for the abort only: a signal that has aborted before the call fires no event any more.',
  must: ['fail-fast/2'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, { signal, ...options }) =>
      bus.publish(message, signal === undefined || signal.aborted ? options : { ...options, signal }),
  }),
}

export default brokenMemory(defect)
