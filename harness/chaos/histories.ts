/** The histories of the last epochs, compressed, each in a file of its own: `busproof check` judges one again. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf, UsageError } from '../errors.ts'
import type { ChaosConfig } from './file/config.ts'

export interface Histories {
  /** Where that of this epoch is left. */
  at(epoch: number): string
  /** It is there. What is too old goes, until something is violated: what happened before that may matter. */
  judged(epoch: number, isViolated: boolean): void
}

/** Those of earlier runs, and of other shards, stay as they are. Throws a {@link UsageError} where the folder cannot be made. */
export function createHistories({ folder, keep }: NonNullable<ChaosConfig['histories']>, cwd: string): Histories {
  const path = resolve(cwd, folder)
  const run = randomBytes(3).toString('hex')
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new UsageError(`histories.folder ${folder}: it cannot be made (${messageOf(error)}); give another path`)
  }
  const at = (epoch: number): string => join(path, `run-${run}-epoch-${String(epoch).padStart(5, '0')}.jsonl.gz`)
  let goes = true
  return {
    at,
    judged(epoch, isViolated) {
      if (isViolated) goes = false
      if (!goes || epoch < keep) return
      try {
        rmSync(at(epoch - keep), { force: true })
      } catch (error) {
        // What stays too long spoils no run.
        process.emitWarning(`a history is not removed: ${messageOf(error)}`)
      }
    },
  }
}
