import { refusingFieldsWith } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A field of the wrong type is refused, but the error does not say which.',
  must: ['envelope/3'],
  minimal: 'nothing',
  bus: refusingFieldsWith('the message is invalid'),
}

export default brokenEnveloped(defect)
