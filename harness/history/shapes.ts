/** What each entry of a history must consist of, for those that come from disk. Further fields may stand beside. */
import { z } from 'zod'
import { ROLES } from '../adapter.ts'
import { claimsOfRun } from '../claims-shape.ts'
import { FAULT_KINDS, OUTAGE_KINDS } from '../plan/plan.ts'
import { type Event, type RunHeader, TRIAL_KINDS } from './event.ts'
import { statsShape } from './stats-shape.ts'

const text = z.string()
const op = text.nullable()
const number = z.number()
const content = z.looseObject({ key: text, value: text, headers: text })
const place = { topic: text, partition: number }
const position = z.looseObject({ ...place, offset: number })
const error = z
  .looseObject({
    code: text.nullable(),
    effect: z.enum(['none', 'unknown']).nullable(),
    retryable: z.boolean().nullable(),
    message: text,
    causes: z.array(text),
  })
  .optional()
const row = z.looseObject({ id: text, values: z.record(text, z.json()) })
const state = z.enum(['closed', 'open', 'half-open', 'isolated', 'shut-down'])
const node = { node: text }
const forced = z.enum(['reset', 'isolate'])
const member = { node: text, consumer: text, group: text }
const held = { node: text, consumer: text, partitions: z.array(z.looseObject(place)) }
const committed = { group: text, ...place, next: number }
const fault = {
  fault: number,
  kind: z.enum([...FAULT_KINDS, ...OUTAGE_KINDS]),
  role: z.enum([...ROLES, 'system']),
}

const sent = {
  ...node,
  op: text,
  producer: text,
  topic: text,
  content,
  hasKey: z.boolean(),
  id: text.optional(),
  lives: number.optional(),
}

/** Written as a record so that the compiler asks for each new event type. */
const FIELDS: Readonly<Record<Event['type'], z.core.$ZodLooseShape>> = {
  phase: { phase: z.enum(['traffic', 'heal', 'drain', 'close']) },
  open: node,
  opened: { ...node, error },
  publish: { ...sent, bytes: number.optional() },
  published: {
    ...node,
    op: text,
    status: z.enum(['acknowledged', 'queued', 'failed']),
    position: position.optional(),
    error,
  },
  abort: { ...node, op: text },
  record: { ...sent, row, rollsBack: z.boolean() },
  recorded: {
    ...node,
    op: text,
    status: z.enum(['stored', 'failed']),
    event: z.enum(['acknowledged', 'queued', 'failed']).optional(),
    error,
  },
  subscribe: { ...member, topics: z.array(text), from: z.enum(['earliest', 'latest']) },
  subscribed: { ...node, consumer: text, error },
  unsubscribe: { ...node, consumer: text },
  unsubscribed: { ...node, consumer: text, error },
  deliver: { ...member, delivery: text, op, topic: text, content, position: position.optional(), attempt: number },
  handled: { ...member, delivery: text, op, outcome: z.enum(['ok', 'retryable', 'permanent']) },
  close: { ...node, call: number },
  closed: { ...node, call: number, error },
  replay: { ...node, replay: text, topic: text },
  'replay-ended': { ...node, replay: text, topic: text, count: number.optional(), error },
  trial: { ...node, trial: text, what: z.enum(TRIAL_KINDS) },
  'trial-ended': {
    ...node,
    trial: text,
    what: z.enum(TRIAL_KINDS),
    outcome: z.enum(['refused', 'taken']),
    error,
  },
  'attempt-began': { ...node, op: text, attempt: number },
  'attempt-ended': { ...node, op: text, attempt: number, outcome: z.enum(['ok', 'failed', 'cancelled']), error },
  'breaker-changed': { ...node, from: state, to: state },
  settled: { ...node, op: text, status: z.enum(['acknowledged', 'failed']), position: position.optional(), error },
  drained: { ...node, recovered: number, failed: number },
  assigned: held,
  revoked: held,
  committed: { ...member, ...committed },
  'dead-lettered': { ...member, position },
  'passed-over': { ...member, position, why: z.enum(['duplicate', 'expired']) },
  suppressed: { ...node, consumer: text.optional(), during: text, times: number, error: error.nonoptional() },
  stats: { ...node, when: z.enum(['traffic', 'calm']), stats: statsShape.nullable(), error },
  force: { ...node, to: forced },
  forced: { ...node, to: forced, error },
  killed: node,
  crashed: {
    ...node,
    how: z.enum(['unhandled-rejection', 'uncaught-exception', 'exit', 'hang', 'out-of-memory']),
    message: text,
  },
  logged: { ...node, stream: z.enum(['stdout', 'stderr', 'warning']), text, dropped: number.optional() },
  received: { op: text, topic: text },
  stored: { op, position, content },
  'dead-letter': { op, position, content, fields: z.record(text, text) },
  position: committed,
  rows: { rows: z.array(row) },
  fault: { ...fault, direction: z.enum(['up', 'down']) },
  healed: { ...fault, landed: z.looseObject({ connections: number, bytes: number }) },
  resources: { owner: text, when: z.enum(['baseline', 'calm', 'after']), counts: z.record(text, number) },
  cycle: { ...node, cycle: number, bytes: number, alive: z.record(text, number) },
  memory: { ...node, bytes: number },
  poison: { position, value: text },
  stall: { owner: text, from: number, waited: number.optional() },
  end: {},
}

const SHAPES: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, z.looseObject({ ...fields, at: number })]),
)

/** The shape of the events of a type; undefined when there is no such type. */
export const eventShape = (type: unknown): z.ZodType | undefined =>
  typeof type === 'string' ? SHAPES.get(type) : undefined

/** The plan is read as it is: it is not what a history is judged by. */
const HEADER: Readonly<Record<Exclude<keyof RunHeader, 'type' | 'format'>, z.ZodType>> = {
  run: text,
  adapter: text,
  system: text,
  site: z.enum(['simulated', 'real']),
  prefix: text,
  plan: z.looseObject({}),
  claims: claimsOfRun,
  slack: number,
  witness: z.enum(['none', 'live', 'after']),
  startedAt: number.optional(),
}
export const headerShape: z.ZodType = z.looseObject(HEADER)
