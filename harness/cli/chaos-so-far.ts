/** The certificate of a chaos run as far as it has come, so that one that dies has left it, and can go on. */
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ShardCertificate } from '../chaos/merge.ts'
import type { Listener } from '../chaos/told/told.ts'
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
  if (isNew && isThere() && isUnfinished(readFileSync(path, 'utf8')))
    throw new UsageError(
      `--json ${json}: this is of a run that has not ended: go on with --resume ${json}, or remove the file`,
    )
  const files = prepareReports({ json }, io.cwd)
  let isLost = false
  return {
    told({ event }) {
      // Should this run die before an epoch is judged, an earlier certificate must not be taken for its own.
      if (event === 'began' && isNew && isThere()) rmSync(path)
    },
    keep(certificate) {
      if (isLost) return
      try {
        writeReports(files, certificate)
      } catch (error) {
        // The run is worth more than what is written of it; at its end it is tried once more.
        isLost = true
        io.stderr.write(`--json ${json}: what the run has come to is not written any more (${messageOf(error)})\n`)
      }
    },
  }
}

function isUnfinished(text: string): boolean {
  try {
    return (JSON.parse(text) as { soak?: { ended?: unknown } } | null)?.soak?.ended === 'unfinished'
  } catch {
    // Whatever it is, it is no certificate.
    return false
  }
}
