import { NAMES } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whatever begins with a v counts as a version in the name of a topic.',
  must: ['dispatch/3'],
  minimal: NAMES,
  parse(parse, name) {
    const { version, others } = /^(?<others>.*)\.(?<version>v[^.]*)$/s.exec(name)?.groups ?? {}
    const parts = version === undefined ? parse(name) : parse(`${others}.v1`)
    return parts === null || version === undefined ? parts : { ...parts, version }
  },
}

export default brokenOnex(defect)
