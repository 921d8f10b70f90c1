import { defect } from '../fail-fast/token-in-the-error.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
