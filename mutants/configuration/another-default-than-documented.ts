import { toldChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'One setting has another default than its documentation says.',
  must: ['configuration/1'],
  minimal: 'configured',
  told: (configuration) =>
    toldChanged(configuration, (name, setting) =>
      name === 'KAFKA_CONSUMER_SLEEP_INTERVAL' && setting.from === 'default' ? { ...setting, value: 1 } : setting,
    ),
}

export default brokenOnex(defect)
