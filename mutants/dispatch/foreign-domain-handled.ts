import { FOREIGN, passingOver } from '../dispatch-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The registry asks for the type alone, and a handler gets messages of a domain that the topic does not carry.',
  must: ['dispatch/1'],
  minimal: FOREIGN,
  dispatcher: passingOver('foreignDomain'),
}

export default brokenOnex(defect)
