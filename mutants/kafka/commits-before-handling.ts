import { defect } from '../delivery/commits-before-handling.ts'
import { brokenKafka } from '../mutant.ts'

export { defect }
export default brokenKafka(defect)
