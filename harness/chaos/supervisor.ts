/**
 * The process beside a chaos run that heals when the harness cannot: when it dies, is killed, or hangs. It ends and removes what the
 * harness has on record (`process/leases`): child processes, proxies, topics, roles. Nothing else is touched.
 */
import { processAt } from '../process/leases/identity.ts'
import { sweep } from '../process/leases/sweep.ts'
import { sleep } from '../waiting.ts'
import { BEATS_WITHIN, type ToSupervisor } from './supervise.ts'

/** ms between two looks. */
const LOOK = 250
/** Something may still be beginning while its harness dies: so many looks in a row find nothing. */
const QUIET_LOOKS = 8

const harness = processAt(process.ppid)
let heardAt = performance.now()
let isDone = false

process.on('message', (message: ToSupervisor) => {
  heardAt = performance.now()
  if (message !== 'done') return
  isDone = true
  process.exit(0)
})
// Ctrl-C on a terminal is for the harness, which says when it is done.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => void heal())
setInterval(() => {
  if (performance.now() - heardAt > BEATS_WITHIN) endHarness()
}, LOOK).unref()

/** One that hangs holds its links as they are. It is ended only if it is still the process that started this one. */
function endHarness(): void {
  if (harness === null) return
  const now = processAt(harness.pid)
  if (now?.started === harness.started) process.kill(harness.pid, 'SIGKILL')
}

async function heal(): Promise<void> {
  if (isDone) return
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
    const { done, warnings } = await sweep()
    if (done.length > 0) quiet = 0
    for (const warning of warnings) process.stderr.write(`busproof supervisor: ${warning}\n`)
    await sleep(LOOK)
  }
  process.exit(0)
}
