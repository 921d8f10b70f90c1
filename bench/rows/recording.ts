import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import memory from '../../adapters/memory/index.ts'
import type { Event } from '../../harness/check/event.ts'
import { createHistoryFile } from '../../harness/history/write.ts'
import { createOutstanding } from '../../harness/run/outstanding.ts'
import { longHeader, longHistory, shapeOf } from '../long-history.ts'
import { type Found, median, meets, type Row, timed } from '../row.ts'

const REPEATS = 5

export const row: Row = {
  name: 'recording',
  what: 'recording',
  goal: '≤ 1 µs an event in memory, ≤ 4 µs written',
  async run(): Promise<Found> {
    const header = longHeader(memory)
    const events: Event[] = []
    longHistory(shapeOf(200_000), header, (event) => events.push(event))
    // What a run does with each event: it is kept, and the director counts what is outstanding.
    const kept = timed(REPEATS, () => {
      const recorded: Event[] = []
      const outstanding = createOutstanding(false)
      for (const event of events) {
        if (recorded.at(-1)?.type === 'end') continue
        recorded.push(event)
        outstanding.step(event)
      }
    })
    const folder = mkdtempSync(join(tmpdir(), 'busproof-bench-'))
    const written = timed(REPEATS, () => {
      const file = createHistoryFile(join(folder, 'history.jsonl'))
      for (const event of events) file.append(event)
      file.close()
    })
    rmSync(folder, { recursive: true, force: true })
    const [inMemory, onDisk] = [kept, written].map((seconds) => (median(seconds) / events.length) * 1e6)
    return {
      measured: `${inMemory?.toFixed(2)} µs in memory, ${onDisk?.toFixed(1)} µs written`,
      meets: meets((inMemory ?? 9) <= 1 && (onDisk ?? 9) <= 4),
      notes: [
        'Written means one `write` to the operating system for each event, at once, so that a kill of the process loses nothing.',
      ],
    }
  },
}
