import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "The cause of an error is the client's error, which quotes the address with the token in it.",
  must: ['fail-fast/4'],
  minimal: 'nothing',
  bus: (bus, site) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Error) => {
        const refused = new Error(
          `cannot log in at memory://bus:${encodeURIComponent(site.credentials.token ?? '')}@host`,
        )
        throw Object.assign(error, { cause: new Error('no connection', { cause: refused }) })
      }),
  }),
}

export default brokenMemory(defect)
