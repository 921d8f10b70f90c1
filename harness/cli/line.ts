import { clip } from '../text.ts'
import type { Output } from './io.ts'

/** What is said while something goes on: a line that is rewritten on a terminal, elsewhere a new one each time. */
export interface Line {
  readonly isTerminal: boolean
  show(text: string): void
  /** Leaves the terminal clean. */
  clear(): void
}

export function createLine(output: Output): Line {
  const isTerminal = output.isTTY === true
  let isShown = false
  return {
    isTerminal,
    show(text) {
      isShown = true
      output.write(isTerminal ? `\r\u001b[2K${clip(text, (output.columns ?? 100) - 1)}` : `${text}\n`)
    },
    clear() {
      if (isTerminal && isShown) output.write('\r\u001b[2K')
      isShown = false
    },
  }
}
