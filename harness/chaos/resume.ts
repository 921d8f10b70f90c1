/** A chaos run that goes on where an earlier one of the same file has ended before its time. */
import { environmentOf } from '../certificate/environment.ts'
import type { Shard, Soak } from '../certificate/soak.ts'
import { verdictNotes } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import type { Lanes } from '../site/lane.ts'
import { plural } from '../text.ts'
import type { ChaosConfig } from './file/config.ts'
import { encodeLatencies } from './measured/latencies.ts'
import { latenciesOf } from './measured/merged.ts'
import { join, type Read, type ShardCertificate, stopsAll } from './merge.ts'
import { digestOf } from './shard.ts'

/** What ended these does not speak of the bus. */
const GOES_ON: readonly Soak['ended'][] = ['unfinished', 'interrupted', 'guard']

/** Throws a {@link UsageError} where there is nothing to go on with, before anything is started. */
export function assertGoesOn(
  { file, certificate }: Read,
  { whole, shard }: { readonly whole: ChaosConfig; readonly shard: Shard },
): void {
  const { soak, environment, shard: own } = certificate
  if (!GOES_ON.includes(soak.ended)) {
    const why = soak.why === null ? 'it has ended' : `it has ended: ${soak.why}`
    throw new UsageError(`--resume ${file}: there is nothing to go on with, ${why}; begin anew without --resume`)
  }
  const { busproof } = environment
  if (busproof !== OWN_VERSION)
    throw new UsageError(`--resume ${file} is of busproof ${busproof}, and this is ${OWN_VERSION}: go on with that one`)
  if (own.index !== shard.index || own.of !== shard.of)
    throw new UsageError(`--resume ${file} is of shard ${own.index}/${own.of}: add --shard ${own.index}/${own.of}`)
  if (own.file !== digestOf(whole))
    throw new UsageError(`--resume ${file} is of another chaos file, or of this one before it was changed: begin anew`)
}

/** Throws a {@link UsageError} where the bus or its system is another one now, before there is any load. */
export function assertSameBus({ file, certificate }: Read, { adapter, lacks, about }: Lanes): void {
  const { claims, lacks: former } = certificate.shard
  const { client, server } = certificate.environment
  const now = environmentOf(adapter, about.server)
  if (JSON.stringify([claims, former]) !== JSON.stringify([adapter.claims, lacks]))
    throw new UsageError(`--resume ${file}: the bus or its system claims something else now: begin anew`)
  if (JSON.stringify([client, server]) !== JSON.stringify([now.client, now.server]))
    throw new UsageError(`--resume ${file}: the client or the system has another version now: begin anew`)
}

/** Both as one run: what was under way when the earlier one ended was done again. */
export function follow(earlier: ShardCertificate, own: ShardCertificate): ShardCertificate {
  const parts = [earlier, own]
  const { tally, verdicts, ...joined } = join(parts, {
    joining: 'one after the other',
    stopped: stopsAll(own.soak) ? own.soak : null,
    error: own.error,
  })
  const { publish, handle } = latenciesOf(parts)
  const [before = [], now = []] = parts.map((part) =>
    part.notes.filter((note) => !verdictNotes(part.verdicts).includes(note)),
  )
  const resumed = `Resumed after ${plural(earlier.soak.epochs, 'epoch')}: what was under way then was done again.`
  return {
    ...own,
    ...joined,
    verdicts,
    notes: [...verdictNotes(verdicts), ...before, resumed, ...now],
    madeAgain: [...earlier.madeAgain, ...own.madeAgain],
    tookMs: earlier.tookMs + own.tookMs,
    shard: {
      ...own.shard,
      tally: tally.parts(),
      latencies: { publish: encodeLatencies(publish), handle: encodeLatencies(handle) },
    },
  }
}
