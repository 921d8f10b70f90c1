import { brokenPostgres } from '../mutant.ts'
import { defect } from '../retry/no-cap.ts'

export { defect }
export default brokenPostgres(defect)
