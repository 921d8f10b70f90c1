import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Errors quote the connection settings as JSON, in which the token follows a long certificate.',
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Error) => {
        const settings = JSON.stringify({ certificate: 'A'.repeat(2_000), ...site.credentials })
        throw Object.assign(new Error(`${error.message}, settings ${settings}`), error)
      }),
  }),
}

export default brokenMemory(defect)
