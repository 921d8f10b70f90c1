/** What plans that are written by hand are put together from. */
import { PLAIN_MESSAGE, type Plan, type PlannedConsumer, type PlannedFault, type PlannedMessage } from './plan.ts'

export const message = (more: Partial<PlannedMessage> = {}): PlannedMessage => ({
  at: 0,
  ...PLAIN_MESSAGE,
  ...more,
})

export const consumer = (more: Partial<PlannedConsumer> = {}): PlannedConsumer => ({
  node: 0,
  group: 0,
  topic: 0,
  from: 'earliest',
  joinAt: 0,
  leaveAt: null,
  ...more,
})

export const fault = (kind: PlannedFault['kind'], more: Partial<PlannedFault> = {}): PlannedFault => ({
  kind,
  role: 'publish',
  direction: 'down',
  at: 0,
  lasts: 200,
  amount: 0,
  ...more,
})

export const plan = (more: Partial<Plan> = {}): Plan => ({
  version: 3,
  seed: 1,
  faults: [],
  outages: [],
  kills: [],
  closes: [],
  cycles: 0,
  uses: 0,
  consumers: [consumer()],
  messages: [],
  nodes: 1,
  producers: 1,
  topics: [{ partitions: 1 }],
  keys: [],
  settings: {},
  ...more,
})
