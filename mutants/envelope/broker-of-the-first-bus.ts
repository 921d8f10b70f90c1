import { onexConfiguration } from '../../adapters/onex/settings.ts'
import { filling } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

let first: string | null = null

export const defect: Defect = {
  text: 'The broker field is the setting of the first bus that this process opened.',
  must: ['envelope/2'],
  minimal: 'messages-of-four-nodes',
  bus(bus, { settings }) {
    if (settings !== undefined) first ??= onexConfiguration.resolve(settings).values.KAFKA_ENVIRONMENT
    return filling('broker', () => first ?? '')(bus)
  },
}

export default brokenOnex(defect)
