import { drive } from '../../harness/site/simulated/drive.ts'
import { installVirtualTime } from '../../harness/site/simulated/patch.ts'
import { VirtualClock } from '../../harness/virtual-clock.ts'
import { cpuSeconds, type Found, inShort, median, meets, type Row, timed } from '../row.ts'

const FIRES = 1_000_000
const REPEATS = 5
/** Timers that are set at any time, as in a run of a few nodes. */
const PENDING = 100

/** Each timer that fires sets the next one, some ms later. */
function fireOwn(): void {
  const clock = new VirtualClock()
  let left = FIRES
  const again = (delay: number): void => {
    if (left-- > 0) clock.set(delay, () => again((delay * 7 + 3) % 50))
  }
  for (let index = 0; index < PENDING; index++) again(index)
  while (clock.fireNext());
}

async function sleeper(sleeps: number, first: number): Promise<void> {
  let delay = first
  for (let index = 0; index < sleeps; index++) {
    delay = (delay * 7 + 3) % 50
    await new Promise((resolve) => setTimeout(resolve, delay))
  }
}

export const row: Row = {
  name: 'virtual-time',
  what: 'virtual time',
  goal: '≥ 1 M timer fires/s on our own clock, ≥ 150,000 for unchanged adapters with ordinary timers',
  async run(): Promise<Found> {
    const own = FIRES / median(timed(REPEATS, fireOwn))
    const time = installVirtualTime()
    const ordinary: number[] = []
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const began = cpuSeconds()
      const sleeps = 2_000
      await drive(time, Promise.all(Array.from({ length: PENDING }, (_, index) => sleeper(sleeps, index))))
      ordinary.push((PENDING * sleeps) / (cpuSeconds() - began))
    }
    const unchanged = median(ordinary)
    return {
      measured: `${inShort(own)} fires/s on our own clock, ${inShort(unchanged)} with ordinary timers`,
      meets: meets(own >= 1e6 && unchanged >= 150_000),
      notes: [`${PENDING} timers pending at any time; with ordinary timers each wakes an \`await\`.`],
    }
  },
}
