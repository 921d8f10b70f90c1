/**
 * The history of a correct bus that ran for long: what one run of the embedded bus records of a message, again and again
 * with fresh ids. Some attempts fail and are made again, some handlings too, a few messages end as dead letters, faults
 * come and go, partitions move from one member to another, and in the end fresh consumers read everything once more.
 */
import type { BusAdapter } from '../harness/adapter.ts'
import type { Event, Position } from '../harness/check/event.ts'
import { resolveClaims } from '../harness/claims.ts'
import type { Phase } from '../harness/events/kinds.ts'
import type { Content } from '../harness/events/parts.ts'
import { HISTORY_FORMAT, type RunHeader } from '../harness/history/header.ts'
import { parsePlan } from '../harness/plan/parse.ts'
import type { PlannedMessage } from '../harness/plan/plan.ts'

export interface Shape {
  readonly messages: number
  readonly keys: number
  readonly partitions: number
  readonly groups: number
  /** One message in so many has an attempt that fails, is handled twice, or ends as a dead letter. */
  readonly retried: number
  readonly rehandled: number
  readonly dead: number
  /** Once in so many messages a fault comes and goes, and a partition of each group moves. */
  readonly fault: number
  readonly moved: number
}

export const SHAPE: Omit<Shape, 'messages'> = {
  keys: 1_000,
  partitions: 8,
  groups: 2,
  retried: 100,
  rehandled: 100,
  dead: 1_000,
  fault: 10_000,
  moved: 20_000,
}
/** Events of one message of that shape, about: 6 of its publish, and 4 in each group and in the drain. */
const EVENTS_PER_MESSAGE = 18

/** About so many events. */
export const shapeOf = (events: number): Shape => ({ ...SHAPE, messages: Math.round(events / EVENTS_PER_MESSAGE) })

const TOPIC = 'bench-t0'
const NODES = ['n0', 'n1'] as const
/** How many messages are under way between their publish and their handlers. */
const LAG = 6
const DRAIN = 'bench-drain'

export type Emit = (event: Event) => void

export function longHeader({ name, system, claims }: Pick<BusAdapter, 'name' | 'system' | 'claims'>): RunHeader {
  const plan = parsePlan(PLAN, 'the plan of the long history')
  const ran = { run: 'bench-', adapter: name, system, site: 'simulated', prefix: 'bench-', witness: 'live' } as const
  return {
    type: 'run',
    format: HISTORY_FORMAT,
    ...ran,
    plan,
    claims: resolveClaims(claims, {}),
    slack: 1,
    startedAt: 0,
  }
}

const PLAN = {
  version: 3,
  seed: 0,
  faults: [],
  outages: [],
  kills: [],
  closes: [],
  cycles: 0,
  consumers: [{ node: 0, group: 0, topic: 0, from: 'earliest', joinAt: 0, leaveAt: null }],
  messages: [],
  nodes: 2,
  producers: 2,
  topics: [{ partitions: SHAPE.partitions }],
  keys: [],
  settings: {},
}

/** The messages of a plan, published one after another. */
export const longPlan = (messages: number): readonly PlannedMessage[] =>
  Array.from({ length: messages }, (_, index) => ({
    at: index,
    producer: 0,
    topic: 0,
    key: index % 16,
    body: 'json',
    headers: [],
    outcome: { kind: 'ok' },
    abortAfter: null,
  }))

/** Calls `emit` with each event in order. The same shape gives the same history. */
export function longHistory(shape: Shape, header: RunHeader, emit: Emit): void {
  new LongRun(shape, header, emit).run()
}

class LongRun {
  readonly #shape: Shape
  readonly #header: RunHeader
  readonly #emit: Emit
  readonly #groups: readonly string[]
  /** Which member of each group holds each partition: 0 or 1. */
  readonly #holder: number[][]
  readonly #next: number[]
  readonly #offsets: Int32Array
  readonly #calls = new Map<string, number>()
  #letters = 0
  #faults = 0
  #at = 0

  constructor(shape: Shape, header: RunHeader, emit: Emit) {
    this.#shape = shape
    this.#header = header
    this.#emit = emit
    this.#groups = Array.from({ length: shape.groups }, (_, index) => `bench-g${index}`)
    this.#holder = this.#groups.map(() => Array.from({ length: shape.partitions }, (_, partition) => partition % 2))
    this.#next = new Array<number>(shape.partitions).fill(0)
    this.#offsets = new Int32Array(shape.messages)
  }

  run(): void {
    const { messages, fault, moved } = this.#shape
    this.#begin()
    for (let step = 0; step < messages + LAG; step++) {
      this.#at += 0.5
      if (step % fault === fault >> 1) this.#fault()
      if (step % moved === moved >> 1) this.#move(Math.floor(step / moved) % this.#shape.partitions)
      if (step < messages) this.#publish(step)
      if (step >= LAG) for (const [group] of this.#groups.entries()) this.#handle(step - LAG, group)
    }
    this.#phase('heal')
    this.#drain()
    this.#close()
  }

  #tick(ms = 0.01): number {
    this.#at = Math.round((this.#at + ms) * 1000) / 1000
    return this.#at
  }

  #phase(phase: Phase): void {
    this.#emit({ type: 'phase', at: this.#tick(), phase })
  }

  #begin(): void {
    for (const node of NODES) this.#open(node)
    this.#phase('traffic')
    for (const group of this.#groups) for (const node of NODES) this.#join(node, `${group}-${node}`, group)
    for (const [index, holders] of this.#holder.entries()) {
      for (const [partition, holder] of holders.entries()) this.#assign('assigned', index, holder, partition)
    }
  }

  #open(node: string): void {
    this.#emit({ type: 'open', at: this.#at, node })
    this.#emit({ type: 'opened', at: this.#tick(), node })
  }

  #join(node: string, consumer: string, group: string): void {
    const at = this.#at
    this.#emit({ type: 'subscribe', at, node, consumer, group, topics: [TOPIC], from: 'earliest' })
    this.#emit({ type: 'subscribed', at: this.#tick(1), node, consumer })
  }

  #assign(type: 'assigned' | 'revoked', group: number, holder: number, partition: number): void {
    const node = NODES[holder] ?? 'n0'
    const consumer = `${this.#groups[group]}-${node}`
    this.#emit({ type, at: this.#tick(), node, consumer, partitions: [{ topic: TOPIC, partition }] })
  }

  #move(partition: number): void {
    for (const [group, holders] of this.#holder.entries()) {
      const holder = holders[partition] ?? 0
      this.#assign('revoked', group, holder, partition)
      holders[partition] = 1 - holder
      this.#assign('assigned', group, 1 - holder, partition)
    }
  }

  #fault(): void {
    const fault = this.#faults++
    const kind = 'reset'
    this.#emit({ type: 'fault', at: this.#tick(), fault, kind, role: 'publish', direction: 'up' })
    const landed = { connections: 1, bytes: 0 }
    this.#emit({ type: 'healed', at: this.#tick(5), fault, kind, role: 'publish', landed })
  }

  #key = (message: number): number => (message * 7) % this.#shape.keys
  #partition = (message: number): number => this.#key(message) % this.#shape.partitions
  #content(message: number): Content {
    const hash = (Math.imul(message, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
    const headers = message % 3 === 0 ? 'none' : `3 headers ${hash}5d41976b`
    return { key: `"key-${this.#key(message)}"`, value: `35 bytes ${hash}a2cb9f2e`, headers }
  }

  #position = (message: number): Position => ({
    topic: TOPIC,
    partition: this.#partition(message),
    offset: this.#offsets[message] ?? 0,
  })

  #publish(message: number): void {
    const op = `m${message}`
    const sender = this.#key(message) % 2
    const node = NODES[sender] ?? 'n0'
    const partition = this.#partition(message)
    this.#offsets[message] = this.#next[partition] ?? 0
    this.#next[partition] = (this.#offsets[message] ?? 0) + 1
    const sent = { op, producer: `p${sender}`, topic: TOPIC, content: this.#content(message), hasKey: true }
    this.#emit({ type: 'publish', at: this.#at, node, ...sent })
    let attempt = 1
    if (message % this.#shape.retried === 1) this.#failedAttempt(op, node, attempt++)
    this.#emit({ type: 'attempt-began', op, attempt, at: this.#at, node })
    this.#emit({ type: 'received', op, topic: TOPIC, at: this.#tick() })
    const content = this.#content(message)
    this.#emit({ type: 'stored', at: this.#at, op, position: this.#position(message), content })
    this.#emit({ type: 'attempt-ended', op, attempt, outcome: 'ok', at: this.#tick(), node })
    const position = this.#position(message)
    this.#emit({ type: 'published', at: this.#at, node, op, status: 'acknowledged', position })
  }

  #failedAttempt(op: string, node: string, attempt: number): void {
    const { retry } = this.#header.claims
    const error = { code: 'TIMEOUT', effect: 'none', retryable: true, message: 'not sent in time', causes: [] } as const
    this.#emit({ type: 'attempt-began', op, attempt, at: this.#at, node })
    this.#emit({ type: 'attempt-ended', op, attempt, outcome: 'failed', error, at: this.#tick(1), node })
    this.#tick(retry?.base ?? 1)
  }

  #handle(message: number, index: number): void {
    const { rehandled, dead } = this.#shape
    const group = this.#groups[index] ?? ''
    const partition = this.#partition(message)
    const node = NODES[this.#holder[index]?.[partition] ?? 0] ?? 'n0'
    const consumer = `${group}-${node}`
    if (message % dead === 2) this.#deadLetter(message, { node, consumer, group })
    else {
      const again = message % rehandled === 3
      this.#call(message, { node, consumer, group }, 1, again ? 'retryable' : 'ok')
      if (again) {
        this.#tick(this.#header.claims.handling?.base ?? 1)
        this.#call(message, { node, consumer, group }, 2, 'ok')
      }
    }
    this.#commit(message, { node, consumer, group })
  }

  #call(message: number, member: Member, attempt: number, outcome: 'ok' | 'retryable' | 'permanent'): void {
    const op = `m${message}`
    const number = this.#calls.get(member.consumer) ?? 0
    this.#calls.set(member.consumer, number + 1)
    const called = { at: this.#tick(), ...member, delivery: `${member.consumer}#${number}`, op }
    const [content, position] = [this.#content(message), this.#position(message)]
    this.#emit({ type: 'deliver', ...called, topic: TOPIC, content, position, attempt })
    this.#emit({ type: 'handled', ...called, at: this.#tick(), outcome })
  }

  #deadLetter(message: number, member: Member): void {
    this.#call(message, member, 1, 'permanent')
    const original = this.#position(message)
    const position = { topic: `${TOPIC}.dlq`, partition: 0, offset: this.#letters++ }
    const at = this.#tick()
    const fields = {
      original_topic: TOPIC,
      original_partition: String(original.partition),
      original_position: String(original.offset),
      original_group: member.group,
      failure_reason: 'cannot store the order',
      error_type: 'TypeError',
      failure_timestamp: new Date(Math.floor(at)).toISOString(),
      attempts: '1',
    }
    this.#emit({ type: 'dead-letter', at, op: `m${message}`, position, content: this.#content(message), fields })
    this.#emit({ type: 'dead-lettered', ...member, position: original, at: this.#tick() })
  }

  #commit(message: number, member: Member): void {
    const { group } = member
    const place = { topic: TOPIC, partition: this.#partition(message), next: (this.#offsets[message] ?? 0) + 1 }
    this.#emit({ type: 'position', at: this.#tick(), group, ...place })
    this.#emit({ type: 'committed', ...member, ...place, at: this.#tick() })
  }

  #drain(): void {
    this.#phase('drain')
    const member = { node: 'drain', consumer: 'd0', group: DRAIN }
    this.#open(member.node)
    this.#join(member.node, member.consumer, member.group)
    for (let message = 0; message < this.#shape.messages; message++) {
      this.#call(message, member, 1, 'ok')
      this.#commit(message, member)
    }
  }

  #close(): void {
    this.#phase('close')
    for (const node of [...NODES, 'drain']) {
      this.#emit({ type: 'close', at: this.#tick(), node, call: 0 })
      this.#emit({ type: 'closed', at: this.#tick(), node, call: 0 })
    }
    this.#emit({ type: 'end', at: this.#tick() })
  }
}

interface Member {
  readonly node: string
  readonly consumer: string
  readonly group: string
}
