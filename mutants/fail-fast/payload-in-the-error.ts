import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The error quotes the message that was refused, so that it can be found again.',
  must: ['fail-fast/4'],
  minimal: 'aborted-at-once',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: Error) => {
        throw Object.assign(error, {
          message: `${error.message}: ${new TextDecoder().decode(message.value ?? undefined)}`,
        })
      }),
  }),
}

export default brokenMemory(defect)
