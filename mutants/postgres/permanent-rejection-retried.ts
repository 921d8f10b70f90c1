import { brokenPostgres } from '../mutant.ts'
import { defect } from '../retry/permanent-rejection-retried.ts'

export { defect }
export default brokenPostgres(defect)
