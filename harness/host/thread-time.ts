import { readFileSync } from 'node:fs'

/** Linux reports hundredths of a second to programs, whatever the frequency of the machine's clock. */
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
