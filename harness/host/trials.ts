/** Tries what a bus must refuse, or settle at least: operations during and after its close, and messages that no bus can take. */
import type { Bus, Consumer, Header, Message, Subscription } from '../adapter.ts'
import { type RefusedField, refusedFields } from '../claims/envelope-values.ts'
import { trialGroupOf } from '../history/op.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { rowOf } from '../plan/rows.ts'
import { OP_HEADER } from '../vocabulary.ts'
import { settleWithin } from '../waiting.ts'
import type { CommandOf, Emit, NodeConfig, TriedKind } from './host.ts'

export interface TrialOptions {
  readonly config: NodeConfig
  readonly bus: Bus
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
}

/** A value beyond a larger limit than this is not tried: making it would take longer than the run, bytes. */
const LARGEST_TRIED = 16 * 1024 * 1024

/** Resolves when all trials have settled, or when the command's time is over: what hangs shows in the history. */
export async function tryAll(options: TrialOptions, { trials, topic, within }: CommandOf<'try'>): Promise<void> {
  const { maxBytes } = options.config.claims.messages
  const possible = trials.filter((what) => what !== 'oversize-value' || maxBytes <= LARGEST_TRIED)
  await settleWithin(
    possible.flatMap((what) => (what === 'bad-field' ? tryFields(options, topic) : [tryOnce(options, what, topic)])),
    within,
  )
}

/** Everything that a field of the envelope does not take. */
function tryFields(options: TrialOptions, topic: string): readonly Promise<void>[] {
  const { envelope } = options.config.claims
  const bad = envelope === undefined ? [] : refusedFields(envelope)
  return bad.map((field, index) => tryOnce(options, 'bad-field', topic, { field, index }))
}

interface BadField {
  readonly field: RefusedField
  readonly index: number
}

async function tryOnce(
  options: TrialOptions,
  what: TriedKind,
  topic: string,
  bad: BadField | null = null,
): Promise<void> {
  const { config, emit, at, redact } = options
  const trial = `trial-${what}${bad === null ? '' : `-${bad.index}`}-${config.node}`
  const about = { node: config.node, trial, what }
  emit({ type: 'trial', at: at(), ...about, ...(bad === null ? {} : { field: [bad.field.name, bad.field.told] }) })
  try {
    await CALLS[what](options, trial, topic, bad?.field)
    emit({ type: 'trial-ended', at: at(), ...about, outcome: 'taken' })
  } catch (error) {
    emit({ type: 'trial-ended', at: at(), ...about, outcome: 'refused', error: seeError(error, redact) })
  }
}

type Call = (options: TrialOptions, trial: string, topic: string, field?: RefusedField) => Promise<void>

const publish = async (
  { bus }: TrialOptions,
  op: string,
  {
    signal,
    field,
    ...of
  }: Pick<Message, 'topic' | 'value'> & { readonly signal?: AbortSignal; readonly field?: RefusedField },
): Promise<void> => {
  const bad = field === undefined ? [] : field.values.map((value): Header => [field.name, bytes(value)])
  const headers: Header[] = [[OP_HEADER, text(op)], ...bad]
  await bus.publish({ key: null, ...of, headers }, signal === undefined ? { op } : { op, signal })
}

/** Kept for the next run, since no bus may write into a message. */
const zeros = (length: number): Uint8Array => {
  if (kept.length !== length) kept = new Uint8Array(length)
  return kept
}
let kept = new Uint8Array(0)

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytes = (value: string | Uint8Array): Uint8Array => (typeof value === 'string' ? text(value) : value)

const CALLS: Readonly<Record<TriedKind, Call>> = {
  'publish-closing': (options, op, topic) => publish(options, op, { topic, value: text(op) }),
  // Its consumer is closed with the bus, if it is taken at all.
  'subscribe-closing': async (options, consumer, topic) => void (await subscribed(options, consumer, topic)),
  'write-closing': write,
  'publish-closed': (options, op, topic) => publish(options, op, { topic, value: text(op) }),
  'subscribe-closed': subscribe,
  'write-closed': write,
  'publish-reset': async (options, op, topic) => {
    // A closed bus may refuse the reset too.
    await options.bus.breaker?.reset().catch(() => undefined)
    await publish(options, op, { topic, value: text(op) })
  },
  'publish-aborted': (options, op, topic) =>
    publish(options, op, { topic, value: text(op), signal: AbortSignal.abort() }),
  'empty-topic': (options, op) => publish(options, op, { topic: '', value: text(op) }),
  'control-topic': (options, op, topic) => publish(options, op, { topic: `${topic}\u0000\n`, value: text(op) }),
  'oversize-value': (options, op, topic) =>
    publish(options, op, { topic, value: zeros(options.config.claims.messages.maxBytes + 1) }),
  'bad-field': (options, op, topic, field) =>
    publish(options, op, { topic, value: text(op), ...(field === undefined ? {} : { field }) }),
}

/** Its application's part has nothing to do. */
async function write({ bus, config }: TrialOptions, op: string, topic: string): Promise<void> {
  const message = { topic, key: null, value: text(op), headers: [[OP_HEADER, text(op)]] } as const
  await bus.write?.(rowOf(config.plan, op), message, { op, work: () => Promise.resolve() })
}

const subscribed = ({ bus, config }: TrialOptions, consumer: string, topic: string): Promise<Consumer> => {
  const subscription: Subscription = { consumer, group: trialGroupOf(config.prefix), topics: [topic], from: 'latest' }
  return bus.subscribe(subscription, () => Promise.resolve())
}

/** A consumer that should not be there is closed again, so that it costs the run nothing else. */
async function subscribe(options: TrialOptions, consumer: string, topic: string): Promise<void> {
  const made = await subscribed(options, consumer, topic)
  // That it was taken is the finding; how it ends says nothing more.
  await made.close().catch(() => undefined)
}
