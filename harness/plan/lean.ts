/** Where plans lean while clauses lack occasions: what a lean changes in what may occur. */
import type { Lean } from '../../spec/clause.ts'
import { FAULT_KINDS, linkFaultKind } from '../faults.ts'
import { pick } from '../random.ts'
import type { Pace, Swarm } from './shape.ts'

/** Times of messages that come in a few bursts. */
export function burstTimes(random: () => number, pace: Pace): readonly number[] {
  const times = [pick(random, pace.messageAt), pick(random, pace.messageAt), pick(random, pace.messageAt)]
  return [...new Set(times)].sort((a, b) => a - b)
}

const NONE = { publish: 0, consume: 0, 'dead-letter': 0 } as const
/** Link faults as plans have them that lean so. */
const leaning = (lean: 'outage' | 'hang'): Swarm['faultKinds'] =>
  Object.fromEntries(FAULT_KINDS.map((kind) => [kind, linkFaultKind(kind).leans[lean]])) as Swarm['faultKinds']

const outage = (pace: Pace): Partial<Swarm> => ({
  faults: [1, 2],
  faultKinds: leaning('outage'),
  faultAt: pace.outageAt,
  faultLasts: pace.outageLasts,
  closes: [0, 0],
  kills: [0, 0],
  outages: [0, 0],
})

const publishOutage = (pace: Pace): Partial<Swarm> => ({
  ...outage(pace),
  roles: { ...NONE, publish: 1 },
  messages: [24, 40],
  messageAt: pace.messageAt,
  keys: 6,
  aborts: 0,
  // Each node has a breaker of its own: too many of them, and none sees failures enough.
  producers: 2,
})

const handlerFailure: Partial<Swarm> = {
  faults: [0, 1],
  messages: [10, 40],
  outcomes: { ok: 2, throws: 4, fails: 3, permanent: 2, slow: 1 },
  topics: 1,
}

export const LEANS: Readonly<Record<Lean, (swarm: Swarm, pace: Pace, random: () => number) => Partial<Swarm>>> = {
  'publish-outage': (_swarm, pace) => publishOutage(pace),
  // The same with other settings: waits that are longer, and a breaker that opens later.
  retries: (_swarm, pace) => publishOutage(pace),
  'hung-probes': (swarm, pace) => ({
    ...outage(pace),
    faultKinds: leaning('hang'),
    roles: { ...NONE, publish: 1 },
    messages: [30, 40],
    messageAt: pace.messageAt,
    // One key's publishes wait for each other, and then nothing else wants in while a probe hangs.
    keys: 6,
    keyless: 10,
    aborts: 12,
    producers: Math.min(2, swarm.producers),
  }),
  'breaker-by-hand': (_swarm, pace, random) => ({
    ...(random() < 0.5 ? {} : { ...outage(pace), roles: { ...NONE, publish: 1 } }),
    messages: [24, 40],
    messageAt: pace.messageAt,
    keys: 6,
    producers: 2,
  }),
  'consume-outage': (_swarm, pace) => ({
    ...outage(pace),
    roles: { ...NONE, consume: 1 },
    messages: [12, 40],
    messageAt: pace.messageAt,
    topics: 1,
  }),
  'dead-letter-outage': (_swarm, pace) => ({
    ...outage(pace),
    roles: { ...NONE, 'dead-letter': 1 },
    messages: [8, 30],
    messageAt: pace.messageAt.filter((at) => at <= 500),
    outcomes: { ok: 2, throws: 1, fails: 3, permanent: 3, slow: 0 },
    topics: 1,
  }),
  'handler-failure': () => handlerFailure,
  // The same with other settings.
  'handler-waits': () => handlerFailure,
  'subscriber-failure': (swarm) => ({
    ...handlerFailure,
    messages: [20, 40],
    outcomes: { ok: 4, throws: 2, fails: 4, permanent: 2, slow: 1 },
    consumers: [2, 4],
    groups: Math.max(2, swarm.groups),
    churn: 0,
    closes: [0, 0],
    kills: [0, 0],
    topics: 2,
    nodes: [1, 1],
  }),
  'group-churn': (swarm) => ({
    messages: [12, 40],
    consumers: [3, 4],
    groups: Math.min(2, swarm.groups),
    churn: 6,
    kills: [0, 1],
    outcomes: { ...swarm.outcomes, slow: 6 },
    topics: 1,
    nodes: [2, 3],
    partitions: Math.max(2, swarm.partitions),
  }),
  'close-in-traffic': (_swarm, pace, random) => ({
    ...(random() < 0.5 ? {} : { ...outage(pace), roles: { publish: 1, consume: 1, 'dead-letter': 0 } }),
    messages: [12, 40],
    closes: [1, 2],
    nodes: [2, 3],
  }),
  bursts: (swarm, pace, random) => ({
    messages: [16, 40],
    messageAt: burstTimes(random, pace),
    keys: Math.min(4, swarm.keys),
    producers: Math.max(2, swarm.producers),
  }),
  'disk-loss': () => ({ closes: [0, 0], kills: [0, 0], messages: [10, 40] }),
  calm: () => ({ faults: [0, 0], closes: [0, 0], kills: [0, 0], outages: [0, 0], aborts: 0 }),
}
