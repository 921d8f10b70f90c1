import { defect } from '../dead-letter/dropped-when-destination-is-down.ts'
import { brokenKafka } from '../mutant.ts'

export { defect }
export default brokenKafka(defect)
