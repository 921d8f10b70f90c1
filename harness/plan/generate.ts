/**
 * Generated plans. Nothing here maps, chains or filters by precondition: such an arbitrary cannot take up a stored plan
 * and shrink it, and shrinking stored plans is what the search lives by. Texts are drawn by any means (`contents.ts`), and shrink by
 * a rule of their own.
 */
import fc from 'fast-check'
import { ROLES } from '../adapter.ts'
import type { Choice, Value } from '../claims/descriptor.ts'
import { MESSAGE_OPTIONS, PLAN_LISTS } from '../claims/plans.ts'
import { FAULT_KINDS, linkFaultKind, OUTAGE_KINDS } from '../faults.ts'
import { deriveSeed } from '../random.ts'
import { hasEarlyConsumer } from './consumers.ts'
import { bodyArbitrary, headersArbitrary, keyArbitrary } from './contents.ts'
import { gentler, ordered, weighted } from './ordered.ts'
import type {
  Outcome,
  Plan,
  PlannedClose,
  PlannedConsumer,
  PlannedFault,
  PlannedKill,
  PlannedMessage,
  PlannedOutage,
} from './plan.ts'
import { settingsArbitrary } from './settings.ts'
import { PACES, type PlanShape, type Range, type Swarm } from './shape.ts'
import { everything, listSizes, swarmFor } from './swarm.ts'

const plain = { noNullPrototype: true } as const

const upTo = (most: number, from = 0): readonly number[] =>
  Array.from({ length: most - from + 1 }, (_, index) => from + index)
const sizes = ([minLength, maxLength]: Range) => ({ minLength, maxLength, size: 'max' }) as const

function fault(swarm: Swarm): fc.Arbitrary<PlannedFault> {
  const kinds = FAULT_KINDS.map((kind) => ({
    weight: swarm.faultKinds[kind],
    arbitrary: fc.record<PlannedFault>(
      {
        kind: ordered([kind]),
        role: weighted(ROLES, (role) => swarm.roles[role]),
        direction: ordered(['down', 'up'] as const),
        at: ordered(swarm.faultAt),
        lasts: ordered(swarm.faultLasts),
        amount: ordered(linkFaultKind(kind).amounts(swarm)),
      },
      plain,
    ),
  }))
  return fc.oneof(...kinds)
}

function outcome(swarm: Swarm): fc.Arbitrary<Outcome> {
  const weight = swarm.outcomes
  const drawn = fc.oneof<fc.WeightedArbitrary<Outcome>[]>(
    { weight: weight.ok, arbitrary: fc.record({ kind: ordered(['ok'] as const) }, plain) },
    {
      weight: weight.throws,
      arbitrary: fc.record({ kind: ordered(['throws'] as const), times: ordered([1, 2, 3]) }, plain),
    },
    { weight: weight.fails, arbitrary: fc.record({ kind: ordered(['fails'] as const) }, plain) },
    { weight: weight.permanent, arbitrary: fc.record({ kind: ordered(['permanent'] as const) }, plain) },
    {
      weight: weight.slow,
      arbitrary: fc.record(
        { kind: ordered(['slow'] as const), ms: weighted(swarm.slowMs, (ms) => (ms > 1000 ? 1 : 3)) },
        plain,
      ),
    },
  )
  return gentler(drawn, { kind: 'ok' })
}

const chosen = ({ values, weight }: Choice): fc.Arbitrary<Value> =>
  weight === undefined ? ordered(values) : weighted(values, weight)

/** What only some buses know is drawn only for them, or every plan of the others would change with it. */
const optionsOf = (claims: PlanShape['claims']) =>
  Object.fromEntries(
    MESSAGE_OPTIONS.filter((option) => option.isClaimed(claims)).map((option) => [option.name, chosen(option)]),
  )

const message = (swarm: Swarm, claims: PlanShape['claims']): fc.Arbitrary<PlannedMessage> =>
  fc.record<PlannedMessage>(
    {
      at: ordered(swarm.messageAt),
      producer: ordered(upTo(swarm.producers - 1)),
      topic: ordered(upTo(swarm.topics - 1)),
      key: weighted([...upTo(swarm.keys - 1), -1], (key) => (key === -1 ? swarm.keyless : Math.ceil(10 / swarm.keys))),
      body: bodyArbitrary(swarm, claims.messages),
      headers: headersArbitrary(swarm, claims.messages),
      outcome: outcome(swarm),
      abortAfter: weighted([null, 100, 20, 5, 0], (after) => (after === null ? 20 : swarm.aborts)),
      ...optionsOf(claims),
    },
    plain,
  )

const inOrder = ({ joinAt, leaveAt }: PlannedConsumer): boolean => leaveAt === null || leaveAt > joinAt

const consumer = (swarm: Swarm): fc.Arbitrary<PlannedConsumer> =>
  fc
    .record<PlannedConsumer>(
      {
        node: ordered(upTo(swarm.nodes[1] - 1)),
        group: ordered(upTo(swarm.groups - 1)),
        topic: ordered(upTo(swarm.topics - 1)),
        from: weighted(['earliest', 'latest'] as const, (from) => (from === 'earliest' ? 5 : 1)),
        joinAt: weighted([0, 50, 200, 400, 700], (at) => (at === 0 ? 8 : swarm.churn)),
        leaveAt: weighted([null, 1200, 900, 600, 300, 100], (at) => (at === null ? 16 : swarm.churn)),
      },
      plain,
    )
    .filter(inOrder)

const close = (swarm: Swarm): fc.Arbitrary<PlannedClose> =>
  fc.record<PlannedClose>(
    { node: ordered(upTo(swarm.nodes[1] - 1)), at: ordered(swarm.faultAt), calls: ordered([1, 2, 3]) },
    plain,
  )

/** Last in a plan, so that what else there is in it is the same without them. */
const listsOf = (swarm: Swarm, claims: PlanShape['claims']) =>
  Object.fromEntries(
    PLAN_LISTS.filter((list) => list.isClaimed(claims)).map(({ name, fields }) => {
      const bounds = { ...swarm, nodes: upTo(swarm.nodes[1] - 1), topics: upTo(swarm.topics - 1) }
      const entries = Object.entries(fields(bounds)).map(([field, choice]) => [field, chosen(choice)] as const)
      return [name, fc.array(fc.record(Object.fromEntries(entries), plain), sizes(swarm.lists[name]))]
    }),
  )

const kill = (swarm: Swarm): fc.Arbitrary<PlannedKill> =>
  fc.record<PlannedKill>({ node: ordered(upTo(swarm.nodes[1] - 1)), at: ordered(swarm.faultAt) }, plain)

function outage(swarm: Swarm): fc.Arbitrary<PlannedOutage> {
  const kinds = OUTAGE_KINDS.map((kind) => ({
    weight: swarm.outageKinds[kind],
    arbitrary: fc.record<PlannedOutage>(
      {
        kind: ordered([kind]),
        server: weighted([0, 1, 2], (server) => (server === 0 ? 2 : 1)),
        at: ordered(swarm.faultAt),
        lasts: ordered(swarm.serverLasts[kind]),
      },
      plain,
    ),
  }))
  return fc.oneof(...kinds)
}

function arbitraryOf(shape: PlanShape, swarm: Swarm): fc.Arbitrary<Plan> {
  return fc.record<Plan>(
    {
      version: ordered([3] as const),
      seed: fc.noShrink(fc.nat({ max: 0x7fffffff })),
      faults: fc.array(fault(swarm), sizes(swarm.faults)),
      outages: fc.array(outage(swarm), sizes(swarm.outages)),
      kills: fc.array(kill(swarm), sizes(swarm.kills)),
      closes: fc.array(close(swarm), sizes(swarm.closes)),
      cycles: ordered(swarm.cycles),
      consumers: fc.array(consumer(swarm), sizes(swarm.consumers)).filter(hasEarlyConsumer),
      messages: fc.array(message(swarm, shape.claims), sizes(swarm.messages)),
      nodes: ordered(upTo(swarm.nodes[1], swarm.nodes[0])),
      producers: ordered(upTo(swarm.producers, 1)),
      topics: fc.array(fc.record({ partitions: ordered(upTo(swarm.partitions, 1)) }, plain), sizes([1, swarm.topics])),
      keys: fc.array(keyArbitrary(swarm, shape.claims.messages), sizes(swarm.unusualKeys)),
      settings: settingsArbitrary(shape),
      ...listsOf(swarm, shape.claims),
      uses: ordered(swarm.uses),
      ...(shape.environment === undefined ? {} : { environment: ordered([shape.environment]) }),
    },
    plain,
  )
}

/** Plans of every kind that `swarm` allows; by default of every kind there is. */
export const planArbitrary = (
  shape: PlanShape,
  swarm: Swarm = {
    ...everything(PACES[shape.site]),
    faults: [0, 4],
    closes: [0, 2],
    lists: listSizes(() => [0, 2]),
    cycles: [0],
    uses: [0],
    kills: [0, 1],
    outages: [0, 1],
    consumers: [1, 4],
    messages: [1, 40],
    topics: 2,
  },
): fc.Arbitrary<Plan> => arbitraryOf(shape, swarm)

/** Takes up every stored plan that was fitted to these claims (see `fit.ts`) and shrinks it, written by hand or not. */
export const storedPlanArbitrary = (shape: PlanShape): fc.Arbitrary<Plan> =>
  arbitraryOf(shape, everything(PACES[shape.site]))

/** The plan at `index` of a seed: always the same one for the same shape. */
export function generatePlan(shape: PlanShape, seed: number, index: number): Plan {
  return drawPlan(planArbitrary(shape, swarmFor(shape, seed, index)), deriveSeed(seed, 'plan', index))
}

/** The one of these plans that the seed stands for. */
export function drawPlan(plans: fc.Arbitrary<Plan>, seed: number): Plan {
  // Biased runs make short lists, and short plans trip no breaker.
  const [plan] = fc.sample(plans, { seed, numRuns: 1, unbiased: true })
  if (plan === undefined) throw new RangeError('fast-check sampled no plan')
  return plan
}
