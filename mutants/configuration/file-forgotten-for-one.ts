import { givenChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'One setting is read from the environment and from arguments, and not from the file.',
  must: ['configuration/2'],
  may: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(givenChanged(sources, (name, value, from) => (name === 'KAFKA_GROUP' && from === 'file' ? undefined : value))),
}

export default brokenOnex(defect)
