/** No system at all: the bus behind it lives inside the process that uses it, with a queue for each group. */
import { inProcess } from '../../harness/in-process.ts'

const { system, simulated } = inProcess()

export default system
export { simulated }
