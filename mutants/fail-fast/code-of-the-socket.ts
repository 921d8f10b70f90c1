import { isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const codeOf = (cause: unknown): string | null =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : null

export const defect: Defect = {
  text: "If the socket gives a reason, the caller receives the socket's code, which is not in the declared set.",
  must: ['fail-fast/3'],
  minimal: 'publish-refused',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        const code = isBusError(error) ? codeOf(error.cause) : null
        throw code === null ? error : Object.assign(error as object, { code })
      }),
  }),
}

export default brokenMemory(defect)
