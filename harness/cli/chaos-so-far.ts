/** The certificate of a chaos run as far as it has come, so that one that dies has left it, and can go on. */
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ShardCertificate } from '../chaos/soaked.ts'
import type { Listener } from '../chaos/told/told.ts'
import { isCutShort } from '../chaos/verdict.ts'
import { messageOf, UsageError } from '../errors.ts'
import type { Io } from './io.ts'
import { prepareReports, writeReports } from './report-files.ts'

interface SoFar extends Listener {
  keep(certificate: ShardCertificate): void
}

/** Throws a {@link UsageError} where the file holds a run that could go on, and this is a new one. */
export function keepSoFar(json: string, { isNew, io }: { readonly isNew: boolean; readonly io: Io }): SoFar {
  const path = resolve(io.cwd, json)
  const isThere = (): boolean => existsSync(path) && lstatSync(path).isFile()
  const files = prepareReports({ json }, io.cwd)
  if (isNew && isThere() && holdsWork(path))
    throw new UsageError(`--json ${json}: this is of a run that can go on: add --resume ${json}, or remove the file`)
  let isWarned = false
  return {
    told({ event }) {
      // Should this run die before an epoch is judged, an earlier certificate must not be taken for its own.
      if (event === 'began' && isNew && isThere()) rmSync(path, { force: true })
    },
    keep(certificate) {
      try {
        writeReports(files, certificate)
        isWarned = false
      } catch (error) {
        // The run is worth more than what is written of it; after the next epoch it is tried again.
        if (!isWarned) io.stderr.write(`--json ${json}: what was judged by now is not written (${messageOf(error)})\n`)
        isWarned = true
      }
    },
  }
}

/** Whether some epochs of it are judged, and others could be. */
function holdsWork(path: string): boolean {
  try {
    const { soak, shard } = JSON.parse(readFileSync(path, 'utf8')) as Partial<ShardCertificate>
    return soak !== undefined && shard !== undefined && isCutShort(soak) && shard.done.next > 1
  } catch {
    // Whatever it is, it is no such certificate.
    return false
  }
}
