import { defect } from '../dead-letter/commits-then-stores.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
