import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Listener } from '../chaos/told/told.ts'
import { messageOf, UsageError } from '../errors.ts'

/** Appends each event as it happens, so that a run that dies has left what it knew. Throws a {@link UsageError}. */
export function openEvents(file: string, cwd: string, warn: (text: string) => void): Listener & Disposable {
  const path = resolve(cwd, file)
  const open = (): number => {
    try {
      return openSync(path, 'a')
    } catch (error) {
      throw new UsageError(`--events ${file}: this file cannot be written (${messageOf(error)}); give another path`)
    }
  }
  const handle = open()
  let isLost = false
  return {
    told(one) {
      if (isLost) return
      try {
        writeSync(handle, `${JSON.stringify(one)}\n`)
      } catch (error) {
        // The run is worth more than what is written of it.
        isLost = true
        warn(`--events ${file}: nothing more is written to this file (${messageOf(error)})\n`)
      }
    },
    [Symbol.dispose]: () => closeSync(handle),
  }
}
