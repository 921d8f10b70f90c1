/** What an adapter writes to its output, by lines and within bounds: a flood must cost the harness neither memory nor time. */
import { StringDecoder } from 'node:string_decoder'

export interface OutputBounds {
  /** Kept of a run, bytes. */
  readonly bytes: number
  /** Kept of one line, characters. */
  readonly line: number
}

export const OUTPUT: OutputBounds = { bytes: 1_048_576, line: 65_536 }

export interface Output {
  write(chunk: Uint8Array): void
  /** Takes what has no line break behind it. */
  end(): void
  /** What the next run writes is its own. */
  begin(): void
}

/** `take` gets each line within bounds, and once a run what `flooded` makes of the bound, when that is passed. */
export function createOutput(
  take: (text: string) => void,
  flooded: () => string,
  bounds: OutputBounds = OUTPUT,
): Output {
  const decoder = new StringDecoder('utf8')
  let line = ''
  let left = bounds.bytes
  let isFlooded = false
  const emit = (): void => {
    take(line.slice(0, bounds.line).replace(/\r$/, ''))
    line = ''
  }
  return {
    write(chunk) {
      if (isFlooded || chunk.length === 0) return
      const kept = chunk.subarray(0, left)
      isFlooded = chunk.length > left
      left -= kept.length
      const [first = '', ...rest] = decoder.write(Buffer.from(kept)).split('\n')
      line = (line + first).slice(0, bounds.line)
      for (const next of rest) {
        emit()
        line = next
      }
      if (!isFlooded) return
      if (line !== '') emit()
      take(flooded())
    },
    end() {
      if (line !== '') emit()
    },
    begin() {
      left = bounds.bytes
      isFlooded = false
    },
  }
}
