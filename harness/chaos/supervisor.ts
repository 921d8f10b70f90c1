/**
 * The process beside a chaos run that heals when the harness cannot: when it dies, is killed, or hangs. It ends and removes what the
 * harness has on record (`process/leases`): child processes, proxies, topics, roles. Nothing else is touched.
 */
import { type ProcessIdentity, runs } from '../process/leases/identity.ts'
import { sweep } from '../process/leases/sweep.ts'
import { sleep } from '../waiting.ts'
import { BEATS_WITHIN, type ToSupervisor } from './supervise.ts'

/** ms between two looks. */
const LOOK = 250
/** Something may still be beginning while its harness dies: so many looks in a row find nothing. */
const QUIET_LOOKS = 8

const [pid = '', started = ''] = process.argv.slice(2)
const harness: ProcessIdentity = { pid: Number(pid), started }
let heardAt = performance.now()
let lookedAt = performance.now()
let isDone = false
let isHealing = false

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
// It may have died while this process was starting.
if (!process.connected) void heal()
setInterval(() => {
  const now = performance.now()
  // A machine that stood still kept the harness from speaking too.
  if (now - lookedAt > 2 * LOOK) heardAt = now
  lookedAt = now
  if (!isHealing && now - heardAt > BEATS_WITHIN) endHarness()
}, LOOK).unref()

/** One that hangs holds its links as they are. */
function endHarness(): void {
  try {
    if (runs(harness)) process.kill(harness.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function heal(): Promise<void> {
  if (isDone || isHealing) return
  isHealing = true
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet++) {
    const { done, warnings } = await sweep()
    if (done.length > 0) quiet = 0
    for (const warning of warnings) process.stderr.write(`busproof supervisor: ${warning}\n`)
    await sleep(LOOK)
  }
  process.exit(0)
}
