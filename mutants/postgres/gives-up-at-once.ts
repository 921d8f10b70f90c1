import { brokenPostgres } from '../mutant.ts'
import { defect } from '../retry/gives-up-at-once.ts'

export { defect }
export default brokenPostgres(defect)
