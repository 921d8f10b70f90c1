import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

/** What is published after it has a priority. */
const FOLLOWED = one({ envelope: 1, followUp: 'publish' })

export const defect: Defect = {
  text: 'A message that a handler publishes gets the fields of its cause, and those that its caller gave are forgotten.',
  must: ['envelope/1', 'envelope/2'],
  minimal: FOLLOWED,
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(options.cause === undefined ? message : withField(message, 'ce_priority', null), options),
  }),
}

export default brokenEnveloped(defect)
