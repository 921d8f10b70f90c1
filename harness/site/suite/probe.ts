/** A bus that is opened straight on a system, without links and hosts: what it stores, the witness must see. */
import type { Bus, BusAdapter, Handler, Message, Position, Receipt } from '../../adapter.ts'
import { settingsFor } from '../../claims/configuration-cases.ts'
import { type ResolvedClaims, resolveClaims } from '../../claims.ts'
import { deadLetterTopicOf } from '../../dead-letter-topic.ts'
import { UsageError } from '../../errors.ts'
import { dialTcp } from '../../host/dial.ts'
import { factsOf } from '../../load/adapter.ts'
import type { PreparedRun, RunningSystem, TopicSpec } from '../../system-contract.ts'
import { narrowed } from '../real/narrowed.ts'

/** What a bus may take long for in production is short here, as far as it can be set, ms. */
const SETTINGS = { 'breaker.reset': 50, 'retry.base': 5, 'retry.cap': 50, 'handling.base': 5, 'handling.cap': 50 }

export const claimsOn = (adapter: BusAdapter, { minimums }: RunningSystem): ResolvedClaims =>
  resolveClaims(narrowed(factsOf(adapter), minimums).claims, SETTINGS)

/**
 * Two topics, with dead letters if the adapter claims them. One has two partitions even if the system declares that it has none,
 * and so ignores the number: otherwise a wrong declaration would go unnoticed.
 */
export function topicsUnder(prefix: string, claims: ResolvedClaims): readonly TopicSpec[] {
  const topic = (name: string, partitions: number): TopicSpec => ({
    name: `${prefix}${name}`,
    partitions,
    deadLetter: deadLetterTopicOf(claims, `${prefix}${name}`, prefix),
  })
  return [topic('orders', 2), topic('bills', 1)]
}

export interface Published extends Message {
  readonly position: Position | null
}

export interface Probe extends AsyncDisposable {
  publish(message: Message): Promise<Published>
  /** The member of this number (default 0) of a group that begins at the earliest message; resolves once it is one. */
  subscribe(group: string, topic: string, handle: Handler, member?: number): Promise<{ close(): Promise<void> }>
}

export interface ProbeOptions {
  readonly adapter: BusAdapter
  readonly running: RunningSystem
  readonly prepared: PreparedRun
  readonly prefix: string
}

export async function openProbe({ adapter, running, prepared, prefix }: ProbeOptions): Promise<Probe> {
  let ops = 0
  const claims = claimsOn(adapter, running)
  const settings = settingsFor(claims, prefix)
  const bus: Bus = await adapter.open({
    prefix,
    node: 'probe',
    claims,
    ...(settings === undefined ? {} : { settings }),
    credentials: prepared.credentials,
    address: (role) => running.endpoint(role),
    addresses: (role) => running.advertisedEndpoints ?? [running.endpoint(role)],
    route: (_role, address) => address,
    dial: (role) => dialTcp(running.endpoint(role)),
    observe: () => undefined,
  })
  return {
    async publish(message) {
      const receipt = await bus.publish(message, { op: `probe-${ops++}` })
      return { ...message, position: positionIn(receipt) }
    },
    subscribe: (group, topic, handle, member = 0) =>
      bus.subscribe({ consumer: `${group}-${member}`, group, topics: [topic], from: 'earliest' }, handle),
    [Symbol.asyncDispose]: () => bus.close(),
  }
}

function positionIn(receipt: Receipt): Position | null {
  if (receipt.status === 'acknowledged') return receipt.position ?? null
  throw new UsageError('the probe was queued, although the breaker is not open: the adapter cannot publish yet')
}
