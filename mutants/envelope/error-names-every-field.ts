import { envelope } from '../../adapters/memory/enveloped.ts'
import { refusingFieldsWith } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A field of the wrong type is refused by an error that lists the fields which there are.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: refusingFieldsWith(`one of these is wrong: ${Object.keys(envelope.fields).join(', ')}`),
}

export default brokenEnveloped(defect)
