import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Calls `take` with each line of a child's stream; the last one needs no line break. */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take)
}
