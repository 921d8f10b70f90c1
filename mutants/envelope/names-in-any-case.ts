import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A header of the application whose name differs from that of a field in case only is taken for the field, and dropped.',
  must: ['delivery/4'],
  may: ['ordering/6', 'dead-letter/3', 'dead-letter/7'],
  minimal: 'one-message-with-every-field',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish({ ...message, headers: message.headers.filter(([name]) => name !== 'CE_ID') }, options),
  }),
}

export default brokenEnveloped(defect)
