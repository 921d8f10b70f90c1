/** Joins the certificates of the parts of one chaos run: their sums are judged as if one harness had made them. */
import type { Certificate, Verdict } from '../certificate/certificate.ts'
import type { Shard } from '../certificate/soak.ts'
import { createTally, type Tally } from '../certificate/tally.ts'
import { verdictNotes, verdictsOf } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import { plural } from '../text.ts'
import { SOAKED } from './epochs.ts'
import { type Joining, measuredBy, oneAfterAnother, seriesOf } from './measured/merged.ts'
import { steepest } from './measured/slope.ts'
import type { Read, ShardCertificate, Soaked } from './soaked.ts'
import type { End } from './stopping.ts'
import { endOf, isCutShort, isSoaked } from './verdict.ts'

/** Throws a {@link UsageError} where they are not all the shards of one run. */
export function merge(given: readonly Read[]): Soaked {
  assertOneRun(given)
  const shards = given
    .map(({ certificate }) => certificate)
    .toSorted((one, other) => one.shard.index - other.shard.index)
  const [first] = shards
  if (first === undefined) throw new UsageError('no certificate was given: give those of all shards')
  const failed = shards.find(({ error }) => error !== null)
  const error = failed === undefined ? null : `${nameOf(failed.shard)}: ${failed.error}`
  const madeAgain = shards.flatMap((one) => one.madeAgain.map((text) => `${nameOf(one.shard)}: ${text}`))
  const resumed = shards.flatMap(({ shard, notes }) =>
    notes.filter((note) => note.startsWith(RESUMED)).map((note) => `${nameOf(shard)}: ${note}`),
  )
  const stopped = stoppedOf(shards)
  const { tally, verdicts, ...joined } = join(shards, { joining: 'side by side', stopped, error })
  const { shard: _, ...certificate } = first
  return {
    ...certificate,
    ...joined,
    verdicts,
    notes: [...verdictNotes(verdicts), `Merged from ${plural(shards.length, 'shard')}.`, ...resumed, ...madeAgain],
    seed: first.shard.seed,
    madeAgain,
    error,
    tookMs: Math.max(...shards.map(({ tookMs }) => tookMs)),
  }
}

/** Begins the note of a run that went on. */
export const RESUMED = 'Resumed'

interface Join {
  readonly joining: Joining
  /** What ended the whole before its time. */
  readonly stopped: End | null
  readonly error: string | null
}

type Joined = Pick<Soaked, 'certified' | 'runs' | 'events' | 'faults' | 'verdicts' | 'failures' | 'soak'> & {
  readonly tally: Tally
}

/** There is at least one. */
export function join(parts: readonly ShardCertificate[], { joining, stopped, error }: Join): Joined {
  const [first] = parts
  if (first === undefined) throw new RangeError('there is no part')
  const { claims, lacks, asked } = first.shard
  const tally = createTally()
  for (const { shard } of parts) tally.join(shard.tally)
  const verdicts = verdictsOf(tally, { clauses: SOAKED, claims, lacks, error }).map((one) => worstOf(one, parts))
  const violations = sumOf(verdicts.map(({ violationCount }) => violationCount))
  const measured = measuredBy(parts, violations, joining)
  const soaks = parts.map(({ soak }) => soak)
  const isParallel = joining === 'side by side'
  const times = soaks.map((soak) => soak.lasted)
  const lasted = isParallel ? Math.max(...times) : sumOf(times)
  const faults = { asked, landed: sumOf(Object.values(tally.faults.landed)) }
  const soak = {
    ...measured,
    ...endOf({ stopped, verdicts, measured, isBaseline: false, lasted, faults }),
    series: (isParallel ? seriesOf : oneAfterAnother)(soaks.map(({ series }) => series)),
    epochs: tally.runs,
    lasted,
    rate: isParallel ? sumOf(soaks.map(({ rate }) => rate)) : first.soak.rate,
    memory: steepest(soaks.flatMap(({ memory }) => memory ?? [])),
    nodeMemory: steepest(soaks.flatMap(({ nodeMemory }) => nodeMemory ?? [])),
  }
  const { runs, events, faults: counted } = tally
  const failures = firstByClause(parts)
  return { tally, certified: isSoaked(soak, verdicts), runs, events, faults: counted, verdicts, failures, soak }
}

const nameOf = ({ index, of }: Shard): string => `shard ${index} of ${of}`

/** What the parts of one run have in common, and what a sentence calls it. */
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

/** What one part has shown to be violated, the others do not make good: such as waits that are alike on one machine alone. */
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
  const stopped = shards.find(({ soak }) => isCutShort(soak))
  return stopped === undefined
    ? null
    : { ended: stopped.soak.ended, why: `${nameOf(stopped.shard)}: ${stopped.soak.why}` }
}

function firstByClause(shards: readonly Certificate[]): Certificate['failures'] {
  const all = shards.flatMap(({ failures }) => failures)
  return all.filter(({ clause }, index) => all.findIndex((one) => one.clause === clause) === index)
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)
