import { onexConfiguration } from '../../adapters/onex/settings.ts'
import type { Configuration, SettingSources } from '../../harness/adapter.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

let file: SettingSources['file'] = null

export const defect: Defect = {
  text: 'The first file that was read is kept for the whole process, and every later one is passed over.',
  must: ['configuration/1', 'configuration/2'],
  may: ['configuration/3', 'configuration/4'],
  minimal: 'configured',
  told(configuration, sources) {
    file ??= sources.file
    return sources.file === null || file === sources.file ? configuration : told({ ...sources, file }, configuration)
  },
}

/** Of the first file, if it goes with the other sources. */
function told(sources: SettingSources, otherwise: Configuration): Configuration {
  try {
    return onexConfiguration.read(sources)
  } catch {
    return otherwise
  }
}

export default brokenOnex(defect)
