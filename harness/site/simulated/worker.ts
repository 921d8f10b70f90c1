/** A thread under virtual time: loads one adapter after the clock is in place, then runs plans one after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { installVirtualTime } from './patch.ts'

const time = installVirtualTime()
// Loaded only now, so that no module below got hold of a real timer.
const { serve } = await import('./serve.ts')
if (parentPort !== null) await serve(time, parentPort, workerData)
