import { defect } from '../fail-fast/publish-error-swallowed.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
