import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Errors quote the connection settings, including the token.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: object) => {
        throw Object.assign(error, { details: { settings: { ...site.credentials } } })
      }),
  }),
}

export default brokenMemory(defect)
