import { defect } from '../delivery/commits-before-handling.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
