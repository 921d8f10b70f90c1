import { fieldOf, newId, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

const NAME = 'ce_correlationid'

export const defect: Defect = {
  text: 'The correlation id is kept in a variable of the bus, and a message without one gets that of the message before.',
  must: ['envelope/2'],
  minimal: 'two-messages',
  bus(bus) {
    let latest: string | null = null
    return {
      ...bus,
      async publish(message, options) {
        const given = fieldOf(message, NAME)
        const own = given ?? fieldOf(options.cause ?? message, NAME) ?? latest ?? newId()
        // What the caller gave may be refused.
        if (given === null) latest = own
        return await bus.publish(withField(message, NAME, own), options)
      },
    }
  },
}

export default brokenEnveloped(defect)
