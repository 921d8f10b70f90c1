/** Draws what may occur in one plan: swarm testing, since plans in which everything occurs all look alike. */
import type { Lean } from '../../spec/clause.ts'
import { ROLES } from '../adapter.ts'
import { burstTimes, LEANS } from './lean.ts'
import { isTaken } from './outcome.ts'
import { type BodyKind, FAULT_KINDS, type HeaderKind, OUTAGE_KINDS, type OutageKind, type Outcome } from './plan.ts'
import { between, createRandom, deriveSeed, pick } from './random.ts'
import { PACES, type Pace, type PlanShape, type Swarm, type Weights } from './shape.ts'

const OUTCOMES: readonly Outcome['kind'][] = ['ok', 'throws', 'fails', 'permanent', 'slow']
const BODIES: readonly BodyKind[] = [
  'text',
  'json',
  'empty',
  'tombstone',
  'one-byte',
  'invalid-utf8',
  'unicode',
  'large',
]
const HEADERS: readonly HeaderKind[] = ['none', 'text', 'binary', 'repeated', 'many']

const all = <K extends string>(kinds: readonly K[], weight = 1): Weights<K> =>
  Object.fromEntries(kinds.map((kind) => [kind, weight])) as Weights<K>

/** Each kind occurs at all in half of the plans, then with a weight from 1 to 10; at least one does. */
function some<K extends string>(random: () => number, kinds: readonly K[]): Weights<K> {
  const sure = pick(random, kinds)
  const entries = kinds.map((kind) => [kind, kind === sure || random() < 0.5 ? between(random, 1, 10) : 0])
  return Object.fromEntries(entries) as Weights<K>
}

/** Everything that a plan may hold: for shrinking, where a plan must be taken up whatever drew it. */
export function everything(pace: Pace): Swarm {
  return {
    faults: [0, 1000],
    faultKinds: all(FAULT_KINDS),
    roles: all(ROLES),
    faultAt: pace.faultAt,
    faultLasts: pace.faultLasts,
    sliceBytes: [1000, 100, 10, 1],
    messages: [0, 10_000],
    messageAt: pace.messageAt,
    keys: 6,
    keyless: 1,
    outcomes: all(OUTCOMES),
    bodies: all(BODIES),
    headers: all(HEADERS),
    aborts: 1,
    consumers: [1, 1000],
    groups: 3,
    churn: 1,
    closes: [0, 1000],
    forces: [0, 1000],
    poisons: [0, 1000],
    kills: [0, 1000],
    cycles: [0, 10, 25, 50],
    outages: [0, 1000],
    outageKinds: all(OUTAGE_KINDS),
    serverLasts: serverLasts([...pace.faultLasts, ...pace.serverLasts], pace.faultLasts),
    nodes: [1, 3],
    producers: 3,
    topics: 100,
    partitions: 3,
  }
}

/** How long a server that stays where it is, and one that does not, is gone. */
const serverLasts = (long: readonly number[], short: readonly number[]): Swarm['serverLasts'] => ({
  'move-leader': short,
  restart: short,
  'lose-disk': short,
  pause: long,
  isolate: long,
  'clock-step': short,
})

/** Times of the messages: spread over the run, all early, or a few bursts. */
function messageTimes(random: () => number, pace: Pace): readonly number[] {
  const style = pick(random, ['spread', 'spread', 'early', 'bursts'] as const)
  if (style === 'spread') return pace.messageAt
  if (style === 'early') return pace.messageAt.filter((at) => at <= 300)
  return burstTimes(random, pace)
}

function randomSwarm(random: () => number, pace: Pace): Swarm {
  const calm = random() < 0.2
  const bodies = some(random, BODIES)
  return {
    faults: calm ? [0, 0] : [1, between(random, 1, 4)],
    faultKinds: some(random, FAULT_KINDS),
    roles: some(random, ROLES),
    faultAt: pace.faultAt,
    faultLasts: pace.faultLasts,
    sliceBytes: bodies.large > 0 ? [1000, 200] : [100, 10, 1],
    messages: [1, 40],
    messageAt: messageTimes(random, pace),
    keys: between(random, 1, 6),
    keyless: between(random, 0, 2),
    outcomes: { ...some(random, OUTCOMES), ok: between(random, 5, 20) },
    bodies,
    headers: some(random, HEADERS),
    aborts: between(random, 0, 3) === 0 ? 2 : 0,
    consumers: [1, between(random, 1, 4)],
    groups: between(random, 1, 3),
    churn: random() < 0.5 ? 0 : between(random, 1, 3),
    closes: random() < 0.8 ? [0, 0] : [1, 2],
    forces: [0, 0],
    poisons: [0, 0],
    // So many take longer than all the rest of a run: a scenario has them.
    cycles: [0],
    kills: random() < 0.85 ? [0, 0] : [1, 1],
    outages: random() < 0.75 ? [0, 0] : [1, 1],
    outageKinds: all(OUTAGE_KINDS),
    serverLasts: serverLasts(pace.faultLasts, pace.faultLasts),
    nodes: [1, between(random, 1, 3)],
    producers: between(random, 1, 3),
    topics: random() < 0.7 ? 1 : 2,
    partitions: between(random, 1, 3),
  }
}

/** Takes out what the adapter does not claim, since it would say nothing about it. */
function claimed(swarm: Swarm, claims: PlanShape['claims']): Swarm {
  const deadLetters = claims.deadLetter !== undefined
  const silent = Object.fromEntries(OUTCOMES.filter((kind) => !isTaken({ kind }, claims)).map((kind) => [kind, 0]))
  const roles = deadLetters ? swarm.roles : { ...swarm.roles, deadletter: 0 }
  return {
    ...swarm,
    roles: ROLES.some((role) => roles[role] > 0) ? roles : { ...roles, publish: 1 },
    outcomes: failingWhereNeeded({ ...swarm.outcomes, ...silent }, roles.deadletter > 0),
    bodies: {
      ...swarm.bodies,
      ...(claims.messages.tombstones ? {} : { tombstone: 0 }),
      text: Math.max(1, swarm.bodies.text),
    },
    headers: {
      ...swarm.headers,
      ...(claims.messages.repeatedHeaders ? {} : { repeated: 0 }),
      none: Math.max(1, swarm.headers.none),
    },
  }
}

/** A fault on the way to the dead letters touches nothing unless something goes there. */
function failingWhereNeeded(outcomes: Swarm['outcomes'], deadLetterFaults: boolean): Swarm['outcomes'] {
  if (!deadLetterFaults || outcomes.fails + outcomes.permanent > 0) return outcomes
  return { ...outcomes, fails: 3, permanent: 2 }
}

/**
 * One kind a plan, of those that there are. A server that is cut off, and now and then one that is frozen, is gone for so long
 * that others lead in its place, where there are others; then messages go on until it is back.
 */
function withOutages(
  swarm: Swarm,
  { kinds, pace, random }: { kinds: readonly OutageKind[]; pace: Pace; random: () => number },
): Swarm {
  if (kinds.length === 0 || swarm.outages[1] === 0) return { ...swarm, outages: [0, 0] }
  const kind = pick(random, kinds)
  const one = { ...swarm, outageKinds: { ...all(OUTAGE_KINDS, 0), [kind]: 1 } }
  const replaced = kind === 'isolate' || (kind === 'pause' && kinds.includes('move-leader') && random() < 0.3)
  if (!replaced || pace.serverLasts.length === 0) return one
  return {
    ...one,
    serverLasts: serverLasts(pace.serverLasts, pace.faultLasts),
    messageAt: [...swarm.messageAt, ...pace.lateAt],
  }
}

/** Where messages live by the wall clock, a step of it says nothing of the bus; a lost disk is drawn by itself. */
const outagesFor = ({ outages = [], claims }: PlanShape): readonly OutageKind[] =>
  outages.filter((kind) => kind !== 'lose-disk' && (kind !== 'clock-step' || claims.timeToLive === undefined))

/** What may occur in the plan at `index`: the same for the same shape, seed and index. */
export function swarmFor(shape: PlanShape, seed: number, index: number): Swarm {
  const random = createRandom(deriveSeed(seed, 'swarm', index))
  const pace = PACES[shape.site]
  let swarm = randomSwarm(random, pace)
  for (const lean of shape.leans) swarm = { ...swarm, ...LEANS[lean](swarm, pace, random) }
  const fitting = claimed(withOutages(swarm, { kinds: outagesFor(shape), pace, random }), shape.claims)
  const drawn = (name: string) => ({ random: createRandom(deriveSeed(seed, name, index)) })
  const worked = withPoisons(withForces(fitting, shape, drawn('forces')), shape, drawn('poisons'))
  return withLostDisk(worked, shape, drawn('lost-disk'))
}

/** Drawn by itself, and seldom, since most clauses say nothing of such a run. */
function withLostDisk(
  swarm: Swarm,
  { claims, outages = [], leans }: PlanShape,
  { random }: { random: () => number },
): Swarm {
  if (claims.survivesDiskLoss !== true || !outages.includes('lose-disk')) return swarm
  const isWanted = leans.includes('disk-loss') || (leans.length === 0 && random() < 0.02)
  return isWanted ? { ...swarm, outages: [1, 1], outageKinds: { ...all(OUTAGE_KINDS, 0), 'lose-disk': 1 } } : swarm
}

/** Drawn by itself, or the plans of all who claim nothing of the kind would change with it. */
function withForces(swarm: Swarm, { claims, leans }: PlanShape, { random }: { random: () => number }): Swarm {
  if (claims.breaker?.manual !== true) return { ...swarm, forces: [0, 0] }
  if (leans.length > 0) return swarm
  return random() < 0.2 ? { ...swarm, forces: [1, 2] } : swarm
}

const FAILING: ReadonlySet<Lean> = new Set(['handler-failure', 'dead-letter-outage'])

/** Drawn by itself, as what is done to breakers; always where plans lean to what fails for good. */
function withPoisons(swarm: Swarm, { claims, leans }: PlanShape, { random }: { random: () => number }): Swarm {
  if (claims.deadLetter?.poison !== true) return { ...swarm, poisons: [0, 0] }
  if (leans.some((lean) => FAILING.has(lean))) return { ...swarm, poisons: [1, 3] }
  return leans.length === 0 && random() < 0.2 ? { ...swarm, poisons: [1, 2] } : swarm
}
