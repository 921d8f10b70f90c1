import { defect } from '../fail-fast/abort-ignored.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
