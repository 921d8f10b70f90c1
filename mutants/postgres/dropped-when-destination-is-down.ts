import { defect } from '../dead-letter/dropped-when-destination-is-down.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
