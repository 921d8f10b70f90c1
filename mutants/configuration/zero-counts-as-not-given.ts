import { givenChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Settings are read as `given || default`, so that a zero is not taken.',
  must: ['configuration/2'],
  // A zero that is not allowed is not refused, and the retries that were set to none are made.
  may: [
    'configuration/1',
    'configuration/4',
    'retry/1',
    'retry/5',
    'breaker/1',
    'breaker/2',
    'breaker/9',
    'fail-fast/2',
  ],
  minimal: 'configured',
  configure: (read, sources) =>
    read(givenChanged(sources, (_, value) => (value === 0 || value === '0' ? undefined : value))),
}

export default brokenOnex(defect)
