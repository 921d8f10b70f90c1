/** Joins the certificates of the shards of one chaos run: their sums are judged as if one harness had made them. */
import type { Certificate, Verdict } from '../certificate/certificate.ts'
import type { ShardPart } from '../certificate/shard.ts'
import type { Shard } from '../certificate/soak.ts'
import { createTally } from '../certificate/tally.ts'
import { verdictNotes, verdictsOf } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import { plural } from '../text.ts'
import type { Soaked } from './chaos.ts'
import { SOAKED } from './epochs.ts'
import { measuredBy, seriesOf, steepest } from './measured/merged.ts'
import type { End } from './stopping.ts'
import { endOf, isSoaked } from './verdict.ts'

/** The certificate of a shard. */
export type ShardCertificate = Soaked & { readonly shard: ShardPart }

/** And where it was read. */
export interface Read {
  readonly file: string
  readonly certificate: ShardCertificate
}

/** Throws a {@link UsageError} where they are not all the shards of one run. */
export function merge(given: readonly Read[]): Soaked {
  assertOneRun(given)
  const shards = given
    .map(({ certificate }) => certificate)
    .toSorted((one, other) => one.shard.index - other.shard.index)
  const [first] = shards
  if (first === undefined) throw new UsageError('no certificate was given: give those of all shards')
  const { claims, lacks } = first.shard
  const tally = createTally()
  for (const { shard } of shards) tally.join(shard.tally)
  const failed = shards.find(({ error }) => error !== null)
  const error = failed === undefined ? null : `${nameOf(failed.shard)}: ${failed.error}`
  const verdicts = verdictsOf(tally, { clauses: SOAKED, claims, lacks, error }).map((one) => worstOf(one, shards))
  const violations = sumOf(verdicts.map(({ violationCount }) => violationCount))
  const measured = measuredBy(shards, violations)
  const soaks = shards.map(({ soak }) => soak)
  const lasted = Math.max(...soaks.map((soak) => soak.lasted))
  const faults = { asked: first.shard.asked, landed: sumOf(Object.values(tally.faults.landed)) }
  const soak = {
    ...measured,
    ...endOf({ stopped: stoppedOf(shards), verdicts, measured, isBaseline: false, lasted, faults }),
    series: seriesOf(soaks.map(({ series }) => series)),
    epochs: tally.runs,
    lasted,
    rate: sumOf(soaks.map(({ rate }) => rate)),
    memory: steepest(soaks.flatMap(({ memory }) => memory ?? [])),
  }
  const said = shards.flatMap(({ shard, madeAgain }) => madeAgain.map((one) => `${nameOf(shard)}: ${one}`))
  const { shard: _, ...certificate } = first
  return {
    ...certificate,
    certified: isSoaked(soak, verdicts),
    notes: [...verdictNotes(verdicts), `Merged from ${plural(shards.length, 'shard')}.`, ...said],
    seed: first.shard.seed,
    runs: tally.runs,
    events: tally.events,
    faults: tally.faults,
    madeAgain: said,
    verdicts,
    failures: firstByClause(shards),
    error,
    soak,
    tookMs: Math.max(...shards.map(({ tookMs }) => tookMs)),
  }
}

const nameOf = ({ index, of }: Shard): string => `shard ${index} of ${of}`

/** What the shards of one run have in common, and what a sentence calls it. */
const COMMON: readonly (readonly [string, (certificate: ShardCertificate) => unknown])[] = [
  ['chaos file', ({ shard }) => shard.file],
  ['run', ({ shard }) => shard.run],
  ['number of shards', ({ shard }) => shard.of],
  ['version of busproof', ({ environment }) => environment.busproof],
  ['adapter', ({ adapter, system, shard }) => JSON.stringify([adapter, system, shard.claims, shard.lacks])],
  ['version of client or system', ({ environment: { client, server } }) => JSON.stringify([client, server])],
]

function assertOneRun(given: readonly Read[]): void {
  const [first] = given
  if (first === undefined) return
  const { busproof } = first.certificate.environment
  if (busproof !== OWN_VERSION)
    throw new UsageError(`${first.file} is of busproof ${busproof}, and this is ${OWN_VERSION}: merge it with that one`)
  for (const { file, certificate } of given) {
    for (const [what, of] of COMMON) {
      if (of(certificate) !== of(first.certificate))
        throw new UsageError(`${file} is of another ${what} than ${first.file}: give the shards of one run`)
    }
  }
  const { of } = first.certificate.shard
  for (let index = 1; index <= of; index++) {
    const [one, other] = given.filter(({ certificate }) => certificate.shard.index === index)
    if (one === undefined)
      throw new UsageError(`${nameOf({ index, of })} is missing: give the certificates of all shards`)
    if (other !== undefined)
      throw new UsageError(`${one.file} and ${other.file} are both ${nameOf({ index, of })}: give each shard once`)
  }
}

/** What one shard has shown to be violated, the others do not make good: such as waits that are alike on one machine alone. */
function worstOf(merged: Verdict, shards: readonly ShardCertificate[]): Verdict {
  if (merged.verdict === 'fail') return merged
  const violated = shards
    .flatMap(({ verdicts }) => verdicts)
    .find(({ clause, verdict }) => clause === merged.clause && verdict === 'fail')
  if (violated === undefined) return merged
  const { verdict, violations, violationCount } = violated
  return { ...merged, verdict, violations, violationCount }
}

/** A shard that had no fault of its own, or broke a threshold that counts for all, is no reason by itself. */
function stoppedOf(shards: readonly ShardCertificate[]): End | null {
  const stopped = shards.find(({ soak: { ended } }) => ['guard', 'unhealthy', 'error', 'interrupted'].includes(ended))
  return stopped === undefined
    ? null
    : { ended: stopped.soak.ended, why: `${nameOf(stopped.shard)}: ${stopped.soak.why}` }
}

function firstByClause(shards: readonly Certificate[]): Certificate['failures'] {
  const all = shards.flatMap(({ failures }) => failures)
  return all.filter(({ clause }, index) => all.findIndex((one) => one.clause === clause) === index)
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)
