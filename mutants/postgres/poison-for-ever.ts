import { defect } from '../dead-letter/poison-for-ever.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
