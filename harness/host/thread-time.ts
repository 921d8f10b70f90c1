import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second for whoever asks, whatever the machine's clock does. */
const TICK = 10

/** Processor time of a thread of this process, or another, ms; null where the system does not tell it. */
export function threadTime(thread: number | null, of: number | 'self' = 'self'): number | null {
  if (thread === null) return null
  try {
    const fields = readFileSync(`/proc/${of}/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK
  } catch {
    return null // It has ended.
  }
}
