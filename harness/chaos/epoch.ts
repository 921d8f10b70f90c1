/**
 * The plans of a chaos run. An epoch is a run with topics and groups of its own: whatever happened in it is settled, or known to be
 * open, when it is judged, and nothing of it is kept after that.
 */
import type { Shard } from '../certificate/soak.ts'
import { type Claims, type Settings, settableFigures } from '../claims.ts'
import { type FaultKind, isOutage, linkFaultKind, type OutageKind } from '../faults.ts'
import type { Lacks } from '../lacks.ts'
import { fitPlan } from '../plan/fit.ts'
import { type Outcome, PLAIN_MESSAGE, type Plan, type PlannedMessage } from '../plan/plan.ts'
import { between, createRandom, deriveSeed, pick } from '../random.ts'
import type { ChaosConfig, FaultsConfig } from './file/config.ts'
import { ALONE, keysOf } from './shard.ts'

/** What an epoch can be made of. */
export interface Target {
  readonly claims: Claims
  readonly lacks: Lacks
  /** What can happen to its servers. */
  readonly outages: readonly OutageKind[]
  readonly servers: number
}

export interface Epoch {
  /** 0 is the baseline, which has no faults. */
  readonly number: number
  /** ms of traffic. */
  readonly lasts: number
  /** ms of traffic before it. */
  readonly before: number
  /** At most so many messages. */
  readonly messages: number
  /** Default: there is one alone. */
  readonly shard?: Shard
}

/** ms between pieces of a slow or cut link, as plans draw them. */
const SLICES = { sliceBytes: [200, 50] }

export function epochPlan(config: ChaosConfig, target: Target, epoch: Epoch): Plan {
  const { load, settings, seed } = config
  const random = createRandom(deriveSeed(seed, 'epoch', epoch.number))
  const calm = { faults: [], outages: [], kills: [] }
  const plan: Plan = {
    version: 3,
    seed: deriveSeed(seed, 'run', epoch.number) >>> 1,
    ...(epoch.number === 0 ? calm : faultsIn(config, target, { random, lasts: epoch.lasts })),
    closes: [],
    cycles: 0,
    uses: 0,
    consumers: consumersOf(load),
    messages: messagesIn(config, epoch, random),
    nodes: load.nodes,
    producers: load.producers,
    topics: Array.from({ length: load.topics }, () => ({ partitions: load.partitions })),
    keys: [],
    settings: { ...ownFigures(target.claims), ...settings },
  }
  return fitPlan(plan, target.claims, target.lacks)
}

/** What the adapter runs with where nobody says otherwise. */
const ownFigures = (claims: Claims): Settings =>
  Object.fromEntries([...settableFigures(claims)].map(([path, figure]) => [path, figure.default]))

/** Each group has so many members on each topic, spread over the nodes. */
const consumersOf = ({ groups, members, topics, nodes }: ChaosConfig['load']): Plan['consumers'] =>
  indices(groups).flatMap((group) =>
    indices(topics).flatMap((topic) =>
      indices(members).map((member) => ({
        node: (group + topic + member) % nodes,
        group,
        topic,
        from: 'earliest' as const,
        joinAt: 0,
        leaveAt: null,
      })),
    ),
  )

/** Open loop: each has its time, whatever becomes of those before. */
function messagesIn(config: ChaosConfig, epoch: Epoch, random: () => number): PlannedMessage[] {
  const { load } = config
  const keyOf = zipf(keysOf(load.keys.count, epoch.shard ?? ALONE), load.keys.skew, random)
  const { least, most } = load.size
  const made: PlannedMessage[] = []
  let at = 0
  // Rounded, so that what a sum of fractions loses makes no message more.
  while (Math.round(at) < epoch.lasts && made.length < epoch.messages) {
    made.push({
      ...PLAIN_MESSAGE,
      at: Math.round(at),
      producer: made.length % load.producers,
      topic: Math.floor(random() * load.topics),
      key: keyOf(),
      body: { bytes: Math.round(least * (most / least) ** random()) },
      outcome: outcomeOf(load.handlers, random()),
    })
    at += 1_000 / rateAt(load, epoch.before + at)
  }
  return made
}

/** While it rises, at least a tenth. */
function rateAt({ rate, ramp }: ChaosConfig['load'], at: number): number {
  return at >= ramp ? rate : rate * Math.max(0.1, at / ramp)
}

function outcomeOf(
  { failing, hopeless, permanent, slow, slowFor }: ChaosConfig['load']['handlers'],
  drawn: number,
): Outcome {
  if (drawn < failing) return { kind: 'throws', times: 1 }
  if (drawn < failing + hopeless) return { kind: 'fails' }
  if (drawn < failing + hopeless + permanent) return { kind: 'permanent' }
  return drawn < failing + hopeless + permanent + slow ? { kind: 'slow', ms: slowFor } : { kind: 'ok' }
}

/** One of these indices of keys, the n-th of all as often as its number to the power of -skew says. */
function zipf(own: readonly number[], skew: number, random: () => number): () => number {
  if (skew === 0) return () => own[Math.floor(random() * own.length)] ?? 0
  const sums = new Float64Array(own.length)
  let sum = 0
  for (const [place, index] of own.entries()) sums[place] = sum += (index + 1) ** -skew
  return () => {
    const drawn = random() * sum
    let low = 0
    let high = own.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < drawn) low = middle + 1
      else high = middle
    }
    return own[low] ?? 0
  }
}

/** Each ends before traffic does, so that the end of an epoch is healed. */
function faultsIn(
  { faults, load: { nodes } }: ChaosConfig,
  target: Target,
  { random, lasts }: { readonly random: () => number; readonly lasts: number },
): Pick<Plan, 'faults' | 'outages' | 'kills'> {
  const made = {
    faults: [] as Plan['faults'][number][],
    outages: [] as Plan['outages'][number][],
    kills: [] as Plan['kills'][number][],
  }
  const kinds = possible(faults, target)
  if (kinds.length === 0) return made
  for (let lane = 0; lane < faults.atOnce; lane++) {
    let at = drawn(faults.rest, random)
    for (;;) {
      const duration = drawn(faults.lasts, random)
      if (at + duration > lasts) break
      const kind = pick(random, kinds)
      if (kind === 'kill') {
        // A node that was killed stays away until the epoch ends. The first one, where the first producer is, must go on.
        if (made.kills.length < nodes - 1) made.kills.push({ node: nodes - 1 - made.kills.length, at })
      } else if (isOutage(kind))
        made.outages.push({ kind, server: between(random, 0, target.servers - 1), at, lasts: duration })
      else
        made.faults.push({
          kind,
          role: pick(random, faults.roles),
          direction: pick(random, ['up', 'down']),
          at,
          lasts: duration,
          amount: pick(random, linkFaultKind(kind).amounts(SLICES)),
        })
      at += duration + drawn(faults.rest, random)
    }
  }
  return made
}

/** Kinds that this target can be given. */
export function possible(
  { kinds }: FaultsConfig,
  { lacks, outages }: Target,
): readonly (FaultKind | OutageKind | 'kill')[] {
  if (lacks.network !== undefined) return []
  return kinds.filter((kind) => kind === 'kill' || !isOutage(kind) || outages.includes(kind))
}

const drawn = ({ least, most }: FaultsConfig['lasts'], random: () => number): number =>
  Math.round(between(random, Math.round(least), Math.round(most)))

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
