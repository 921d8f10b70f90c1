/** The histories of the last epochs, compressed, each in a file of its own: `busproof check` judges one again. */
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Shard } from '../certificate/soak.ts'
import { messageOf, UsageError } from '../errors.ts'
import type { ChaosConfig } from './file/config.ts'

export interface Histories {
  /** Where that of this epoch is left. */
  at(epoch: number): string
  /** It is there. What is too old goes, until something is violated: what happened before that may matter. */
  judged(epoch: number, isViolated: boolean): void
}

/** Throws a {@link UsageError} where the folder cannot be made. */
export function createHistories(
  { folder, keep }: NonNullable<ChaosConfig['histories']>,
  { cwd, shard }: { readonly cwd: string; readonly shard: Shard },
): Histories {
  const prefix = shard.of === 1 ? '' : `shard-${shard.index}-of-${shard.of}-`
  try {
    mkdirSync(resolve(cwd, folder), { recursive: true })
  } catch (error) {
    throw new UsageError(`histories.folder ${folder}: it cannot be made (${messageOf(error)}); give another path`)
  }
  const at = (epoch: number): string =>
    join(resolve(cwd, folder), `${prefix}epoch-${String(epoch).padStart(5, '0')}.jsonl.gz`)
  let goes = true
  return {
    at,
    judged(epoch, isViolated) {
      if (isViolated) goes = false
      if (goes && epoch >= keep) rmSync(at(epoch - keep), { force: true })
    },
  }
}
