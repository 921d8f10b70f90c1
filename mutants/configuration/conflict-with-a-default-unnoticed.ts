import { inSpiteOfConflict, valuesOf } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

const CONFLICT = { names: ['KAFKA_ENABLE_IDEMPOTENCE', 'KAFKA_ACKS'], why: 'acknowledgement of all replicas' }

export const defect: Defect = {
  text: 'Acknowledgements that do not go with idempotence are refused only if both are given, and not beside the default.',
  must: ['configuration/4'],
  minimal: 'configured',
  configure(read, sources) {
    const given = Object.values(valuesOf(sources))
    const areGiven = CONFLICT.names.every((name) => given.some((values) => Object.hasOwn(values, name)))
    return areGiven ? read(sources) : inSpiteOfConflict(read, sources, CONFLICT)
  },
}

export default brokenOnex(defect)
