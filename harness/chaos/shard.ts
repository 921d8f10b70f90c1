/** A chaos run that several harnesses share: each has its part of the load, and faults of its own. */
import { createHash } from 'node:crypto'
import type { Shard } from '../certificate/soak.ts'
import { UsageError } from '../errors.ts'
import { deriveSeed } from '../random.ts'
import type { ChaosConfig } from './file/config.ts'

/** The only shard of a run that is not shared. */
export const ALONE: Shard = { index: 1, of: 1 }

/** What is asked of one shard; its thresholds are those of the whole, but for rates. Throws a {@link UsageError}. */
export function dealt(config: ChaosConfig, { index, of }: Shard): ChaosConfig {
  const { load, messages, seed, thresholds } = config
  if (load.keys.count < of)
    throw new UsageError(`--shard ${index}/${of}: there are only ${load.keys.count} keys: raise load.keys.count`)
  const own = messages === undefined ? undefined : Math.floor(messages / of) + (index <= messages % of ? 1 : 0)
  if (own === 0) throw new UsageError(`--shard ${index}/${of}: there are only ${messages} messages: raise messages`)
  return {
    ...config,
    load: { ...load, rate: load.rate / of },
    ...(own === undefined ? {} : { messages: own }),
    seed: of === 1 ? seed : deriveSeed(seed, 'shard', index, of),
    thresholds: thresholds.map((one) => (one.metric.is === 'rate' ? { ...one, bound: one.bound / of } : one)),
  }
}

/** Keys of the whole that are this shard's: every `of`-th one. */
export const keysOf = (count: number, { index, of }: Shard): readonly number[] =>
  Array.from({ length: Math.ceil((count - (index - 1)) / of) }, (_, turn) => index - 1 + turn * of)

/**
 * By which shards of one file are told from those of another. The address may hold a secret; it, what watches and guards a shard, and where
 * its histories are kept, may be another for each.
 */
export function digestOf({ target: { address: _, ...target }, ...config }: ChaosConfig): string {
  const { serve: _serve, traces: _traces, histories: _histories, guards: _guards, stop: _stop, ...rest } = config
  return createHash('sha256')
    .update(JSON.stringify({ target, ...rest }))
    .digest('hex')
}
