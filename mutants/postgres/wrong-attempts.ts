import { defect } from '../dead-letter/wrong-attempts.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
