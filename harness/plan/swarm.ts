/** Draws what may occur in one plan: swarm testing, since plans in which everything occurs all look alike. */
import { ROLES } from '../adapter.ts'
import { EXCLUDED, LINKS, OUTAGES, PLAN_LISTS } from '../claims/plans.ts'
import { FAULT_KINDS, OUTAGE_KINDS, type OutageKind } from '../faults.ts'
import { between, createRandom, deriveSeed, pick } from '../random.ts'
import { burstTimes, LEANS } from './lean.ts'
import { isTaken } from './outcome.ts'
import type { Outcome } from './plan.ts'
import {
  type BodyKind,
  type HeaderKind,
  PACES,
  type Pace,
  type PlanShape,
  type Range,
  type Swarm,
  type Weights,
} from './shape.ts'
import { wordOf } from './texts.ts'

const OUTCOMES: readonly Outcome['kind'][] = ['ok', 'throws', 'fails', 'permanent', 'slow']
const BODIES: readonly BodyKind[] = ['text', 'json', 'tombstone', 'words', 'printed', 'binary', 'sized']
const HEADERS: readonly HeaderKind[] = ['none', 'text', 'few', 'many']

const all = <K extends string>(kinds: readonly K[], weight = 1): Weights<K> =>
  Object.fromEntries(kinds.map((kind) => [kind, weight])) as Weights<K>

const only = (kind: OutageKind): Weights<OutageKind> => ({ ...all(OUTAGE_KINDS, 0), [kind]: 1 })

const NONE: Range = [0, 0]

/** How many entries each list may have that only some adapters claim. */
export const listSizes = (of: (list: (typeof PLAN_LISTS)[number]) => Range): Swarm['lists'] =>
  Object.fromEntries(PLAN_LISTS.map((list) => [list.name, of(list)])) as Swarm['lists']

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
    unusualKeys: [0, 100],
    word: 'a',
    keyless: 1,
    outcomes: all(OUTCOMES),
    slowMs: pace.slowMs,
    bodies: all(BODIES),
    headers: all(HEADERS),
    aborts: 1,
    consumers: [1, 1000],
    groups: 3,
    churn: 1,
    closes: [0, 1000],
    lists: listSizes(() => [0, 1000]),
    kills: [0, 1000],
    cycles: [0, 10, 25, 50],
    uses: [0, 30],
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
    sliceBytes: bodies.sized > 0 ? [1000, 200] : [100, 10, 1],
    messages: [1, 40],
    messageAt: messageTimes(random, pace),
    keys: between(random, 1, 6),
    unusualKeys: random() < 0.5 ? [0, 0] : [1, 6],
    word: wordOf((most) => between(random, 0, most)),
    keyless: between(random, 0, 2),
    slowMs: pace.slowMs,
    outcomes: { ...some(random, OUTCOMES), ok: between(random, 5, 20) },
    bodies,
    headers: some(random, HEADERS),
    aborts: between(random, 0, 3) === 0 ? 2 : 0,
    consumers: [1, between(random, 1, 4)],
    groups: between(random, 1, 3),
    churn: random() < 0.5 ? 0 : between(random, 1, 3),
    closes: random() < 0.8 ? [0, 0] : [1, 2],
    lists: listSizes(() => NONE),
    // So many take longer than all the rest of a run: scenarios have them.
    cycles: [0],
    uses: [0],
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
  const idle = Object.fromEntries(LINKS.filter((link) => !link.isClaimed(claims)).map(({ role }) => [role, 0]))
  const silent = Object.fromEntries(OUTCOMES.filter((kind) => !isTaken({ kind }, claims)).map((kind) => [kind, 0]))
  const roles = { ...swarm.roles, ...idle }
  return {
    ...swarm,
    roles: ROLES.some((role) => roles[role] > 0) ? roles : { ...roles, publish: 1 },
    outcomes: failingWhereNeeded({ ...swarm.outcomes, ...silent }, roles['dead-letter'] > 0),
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
 * One kind for each plan. An isolated server, and sometimes a paused one, is gone so long that others take over its leadership,
 * if there are others; messages then continue until it is back.
 */
function withOutages(
  swarm: Swarm,
  { kinds, pace, random }: { kinds: readonly OutageKind[]; pace: Pace; random: () => number },
): Swarm {
  if (kinds.length === 0 || swarm.outages[1] === 0) return { ...swarm, outages: [0, 0] }
  const kind = pick(random, kinds)
  const one = { ...swarm, outageKinds: only(kind) }
  const replaced = kind === 'isolate' || (kind === 'pause' && kinds.includes('move-leader') && random() < 0.3)
  if (!replaced || pace.serverLasts.length === 0) return one
  return {
    ...one,
    serverLasts: serverLasts(pace.serverLasts, pace.faultLasts),
    messageAt: [...swarm.messageAt, ...pace.lateAt],
  }
}

/** Those that say nothing of the bus are left out; what only some claim is drawn by itself. */
const outagesFor = ({ outages = [], claims }: PlanShape): readonly OutageKind[] =>
  outages.filter(
    (kind) =>
      !OUTAGES.some((one) => one.kind === kind) &&
      !EXCLUDED.some(({ outage, isClaimed }) => outage === kind && isClaimed(claims)),
  )

/** No fault lasts longer, ms: a time-out that none outlasts leaves fail-fast/2 inconclusive, by name. */
const LONGEST_FAULT = 6_000

/** With faults that outlast an attempt, also of a bus whose time-out no plan can make short. */
function paceFor({ site, claims }: PlanShape): Pace {
  const pace = PACES[site]
  const { timeout } = claims.publish
  const least = 'fixed' in timeout ? timeout.fixed : timeout.min
  const outlasting = [1.25, 1.5].map((factor) => Math.ceil(factor * least))
  if (least < Math.max(...pace.faultLasts) || Math.max(...outlasting) > LONGEST_FAULT) return pace
  return { ...pace, faultLasts: [...pace.faultLasts, ...outlasting], outageLasts: [...pace.outageLasts, ...outlasting] }
}

/** What may occur in the plan at `index`: the same for the same shape, seed and index. */
export function swarmFor(shape: PlanShape, seed: number, index: number): Swarm {
  const random = createRandom(deriveSeed(seed, 'swarm', index))
  const pace = paceFor(shape)
  let swarm = randomSwarm(random, pace)
  for (const lean of shape.leans) swarm = { ...swarm, ...LEANS[lean](swarm, pace, random) }
  const fitting = claimed(withOutages(swarm, { kinds: outagesFor(shape), pace, random }), shape.claims)
  const sizeOf = (part: ClaimedPart): Range => claimedSize(part, shape, { seed, index })
  return withClaimedOutages({ ...fitting, lists: listSizes(sizeOf) }, shape.outages, sizeOf)
}

type ClaimedPart = (typeof PLAN_LISTS | typeof OUTAGES)[number]

/** Drawn by itself, or the plans of all who do not claim it would change with it. */
function claimedSize(
  { isClaimed, leans, seed: own, share, size }: ClaimedPart,
  shape: PlanShape,
  { seed, index }: { readonly seed: number; readonly index: number },
): Range {
  if (!isClaimed(shape.claims)) return NONE
  if (shape.leans.length > 0) return shape.leans.map((lean) => leans[lean]).find((one) => one !== undefined) ?? NONE
  return createRandom(deriveSeed(seed, own, index))() < share ? size : NONE
}

function withClaimedOutages(
  swarm: Swarm,
  kinds: readonly OutageKind[] = [],
  sizeOf: (outage: ClaimedPart) => Range,
): Swarm {
  const drawn = OUTAGES.map((outage) => ({ kind: kinds.find((kind) => kind === outage.kind), size: sizeOf(outage) }))
  const found = drawn.find(({ kind, size }) => kind !== undefined && size[1] > 0)
  return found?.kind === undefined ? swarm : { ...swarm, outages: found.size, outageKinds: only(found.kind) }
}
