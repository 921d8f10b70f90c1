import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Of a field that is given twice the last one counts, without a word.',
  must: ['envelope/3'],
  may: ['delivery/4', 'ordering/6', 'dead-letter/3', 'dead-letter/7'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) => bus.publish({ ...message, headers: [...new Map(message.headers)] }, options),
  }),
}

export default brokenEnveloped(defect)
