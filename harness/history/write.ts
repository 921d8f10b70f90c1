import { closeSync, createReadStream, createWriteStream, mkdirSync, openSync, writeSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from './header.ts'

export interface HistoryFile {
  readonly path: string
  /** Written at once, so that a kill of the process loses nothing. */
  append(entry: RunHeader | Event): void
  /** Idempotent; nothing can be appended afterwards. */
  close(): void
}

/** Creates or replaces the file, with its folders; rejects with the error of the file system. */
export function createHistoryFile(path: string): HistoryFile {
  mkdirSync(dirname(path), { recursive: true })
  let descriptor: number | null = openSync(path, 'w')
  return {
    path,
    append(entry) {
      if (descriptor === null) throw new Error(`${path} is closed: nothing can be appended to it`)
      writeLine(descriptor, `${JSON.stringify(entry)}\n`)
    },
    close() {
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
}

/** Moves it, compressed and with a checksum by gzip; where this fails, the history stays where it is. */
export async function compressHistory(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  const aside = `${to}.${process.pid}.part`
  try {
    await pipeline(createReadStream(from), createGzip(), createWriteStream(aside))
    await rename(aside, to)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await rm(from)
}

/** `writeSync` may take less than it was given. */
function writeLine(descriptor: number, line: string): void {
  const bytes = Buffer.from(line)
  let written = 0
  while (written < bytes.length) written += writeSync(descriptor, bytes, written)
}

/** A whole history at once, as a failure is stored. */
export function writeHistory(
  path: string,
  history: { readonly header: RunHeader; readonly events: readonly Event[] },
): void {
  const file = createHistoryFile(path)
  try {
    file.append(history.header)
    for (const event of history.events) file.append(event)
  } finally {
    file.close()
  }
}
