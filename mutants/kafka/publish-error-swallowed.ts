import { defect } from '../fail-fast/publish-error-swallowed.ts'
import { brokenKafka } from '../mutant.ts'

export { defect }
export default brokenKafka(defect)
