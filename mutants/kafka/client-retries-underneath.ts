import { brokenKafka } from '../mutant.ts'
import { defect } from '../retry/client-retries-underneath.ts'

export { defect }
export default brokenKafka(defect)
