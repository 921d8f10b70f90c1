/** What an adapter writes to its output, by lines and within bounds: a flood must cost the harness neither memory nor time. */
import { StringDecoder } from 'node:string_decoder'

export interface OutputBounds {
  /** Kept of a run, bytes. */
  readonly bytes: number
  /** Kept of one line, characters. */
  readonly line: number
}

const OUTPUT: OutputBounds = { bytes: 1_048_576, line: 65_536 }

export interface Output {
  write(chunk: Uint8Array): void
  /** Takes what has no line break behind it. */
  flush(): void
  /** The same, and tells what was dropped since the run began, or since it was told last. */
  end(): void
  /** What the next run writes is its own. */
  begin(): void
}

/** `take` gets each line within bounds, `drop` how many bytes were not taken. */
export function createOutput(
  take: (text: string) => void,
  drop: (bytes: number) => void,
  bounds: OutputBounds = OUTPUT,
): Output {
  const decoder = new StringDecoder('utf8')
  let line = ''
  let left = bounds.bytes
  let dropped = 0
  const add = (text: string): void => {
    const room = bounds.line - line.length
    if (text.length > room) dropped += Buffer.byteLength(text.slice(room))
    line += text.slice(0, room)
  }
  const emit = (): void => {
    take(line.replace(/\r$/, ''))
    line = ''
  }
  const flush = (): void => {
    if (line !== '') emit()
  }
  return {
    write(chunk) {
      const kept = chunk.subarray(0, left)
      dropped += chunk.length - kept.length
      if (kept.length === 0) return
      left -= kept.length
      const [first = '', ...rest] = decoder.write(Buffer.from(kept)).split('\n')
      add(first)
      for (const next of rest) {
        emit()
        add(next)
      }
      if (left === 0) flush()
    },
    flush,
    end() {
      flush()
      if (dropped > 0) drop(dropped)
      dropped = 0
    },
    begin() {
      left = bounds.bytes
      line = ''
      dropped = 0
    },
  }
}

/** Said of what was dropped, of an adapter that is `called` so. */
export const droppedText = (called: string, stream: string, bytes: number): string =>
  `${called} wrote more to its ${stream} in one run than busproof keeps: it drops ${bytes} bytes without searching them for secrets`
