import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes has its envelope, and none of the headers of the application.',
  must: ['delivery/4'],
  may: ['ordering/6'],
  minimal: 'one-message-with-every-field-that-is-followed',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(
        options.cause === undefined
          ? message
          : {
              ...message,
              headers: message.headers.filter(([name]) => name.startsWith('ce_') || name === 'busproof-op'),
            },
        options,
      ),
  }),
}

export default brokenEnveloped(defect)
