import { filling } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: "The broker field is the first word of the topic's name.",
  must: ['envelope/2'],
  minimal: 'two-messages',
  bus: filling('broker', ({ topic }) => topic.split(/[.-]/)[0] ?? ''),
}

export default brokenOnex(defect)
