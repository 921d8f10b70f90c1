import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A dead letter that is redriven becomes a message without a correlation.',
  must: ['envelope/1', 'envelope/2'],
  may: ['dead-letter/7'],
  minimal: 'handler-rejects-for-good',
  letters: (read) => async (topic) => {
    const letters = await read(topic)
    return letters.map((letter) => withField(letter, 'ce_correlationid', null))
  },
}

export default brokenEnveloped(defect)
