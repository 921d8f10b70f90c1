/** A chaos run that goes on where an earlier one of the same file has ended before its time. */
import { environmentOf } from '../certificate/environment.ts'
import type { Shard } from '../certificate/soak.ts'
import { verdictNotes } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import type { Lanes } from '../site/lane.ts'
import { plural } from '../text.ts'
import type { ChaosConfig } from './file/config.ts'
import { encodeLatencies } from './measured/latencies.ts'
import { latenciesOf } from './measured/merged.ts'
import { join, RESUMED } from './merge.ts'
import { digestOf } from './shard.ts'
import type { Read, ShardCertificate } from './soaked.ts'
import { isCutShort } from './verdict.ts'

/** Throws a {@link UsageError} where there is nothing to go on with, before anything is started. */
export function assertGoesOn(
  { file, certificate }: Read,
  { whole, shard, runId }: { readonly whole: ChaosConfig; readonly shard: Shard; readonly runId?: string | undefined },
): void {
  const { soak, environment, shard: own } = certificate
  if (!isCutShort(soak)) {
    const why = soak.why === null ? 'it has ended' : `it has ended: ${soak.why}`
    throw new UsageError(`--resume ${file}: there is nothing to go on with, ${why}; begin anew without --resume`)
  }
  const { busproof } = environment
  if (busproof !== OWN_VERSION)
    throw new UsageError(`--resume ${file} is of busproof ${busproof}, and this is ${OWN_VERSION}: go on with that one`)
  if (own.index !== shard.index || own.of !== shard.of)
    throw new UsageError(
      own.of === 1
        ? `--resume ${file} is of a run that is not shared: leave --shard out`
        : `--resume ${file} is of shard ${own.index}/${own.of}: give --shard ${own.index}/${own.of}`,
    )
  if (runId !== undefined && own.run !== null && runId !== own.run)
    throw new UsageError(`--resume ${file} is of the run ${own.run}: give that --run-id, or leave it out`)
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
    stopped: isCutShort(own.soak) ? own.soak : null,
    error: own.error,
  })
  const { publish, handle } = latenciesOf(parts)
  const [before = [], now = []] = parts.map((part) =>
    part.notes.filter((note) => !verdictNotes(part.verdicts).includes(note)),
  )
  const judged = plural(earlier.shard.done.next - 1, 'epoch')
  const resumed = `${RESUMED} after ${judged}: what was under way then was done again, and counts twice in the figures.`
  return {
    ...own,
    ...joined,
    verdicts,
    notes: [...verdictNotes(verdicts), ...before, resumed, ...now],
    madeAgain: [...earlier.madeAgain, ...own.madeAgain],
    tookMs: earlier.tookMs + own.tookMs,
    shard: {
      ...own.shard,
      // What ended the earlier part has been overcome.
      tally: { ...tally.parts(), error: own.error },
      latencies: { publish: encodeLatencies(publish), handle: encodeLatencies(handle) },
    },
  }
}
