/** What one row of the bench is, and what it found. */

export type Meets = 'meets it' | 'falls short' | 'a yardstick' | 'not run'

export interface Found {
  readonly measured: string
  readonly meets: Meets
  /** What belongs to it, in sentences: figures by size, ratios, and what it falls short by and why. */
  readonly notes?: readonly string[]
}

export interface Row {
  /** As `npm run bench -- NAME` names it. */
  readonly name: string
  readonly what: string
  readonly goal: string
  /** Left out unless it is asked for by name, since the whole bench is to take at most ten minutes. */
  readonly onlyByName?: true
  /** Bounds the heap where the row is about memory, MB: V8 takes what it may before it collects. */
  readonly heap?: number
  run(): Promise<Found>
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** The processor's time that this process has had, s: what else the machine does is not in it, the collector's threads are. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The processor's time that the work took, s, as often as asked. */
export function timed(times: number, work: () => void): readonly number[] {
  return Array.from({ length: times }, () => {
    globalThis.gc?.()
    const began = cpuSeconds()
    work()
    return cpuSeconds() - began
  })
}

/** `1.2 M`, `340 k`, `12`. */
export function inShort(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(count >= 1e7 ? 0 : 1)} M`
  return count >= 1e4 ? `${Math.round(count / 1e3)} k` : String(Math.round(count))
}

export const meets = (is: boolean): Meets => (is ? 'meets it' : 'falls short')
