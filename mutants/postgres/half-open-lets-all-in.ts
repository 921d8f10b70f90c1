import { defect } from '../breaker/half-open-lets-all-in.ts'
import { brokenPostgres } from '../mutant.ts'

export { defect }
export default brokenPostgres(defect)
