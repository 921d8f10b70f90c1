/** The node's side of a host: carries out commands against one adapter instance, and emits what happens. */
import type { Bus, BusAdapter, Consumer, Delivery, Message, Role, Wire } from '../adapter.ts'
import type { AskedAdapter } from '../claims/descriptor.ts'
import { owedBy } from '../claims/index.ts'
import { redriveTopic } from '../claims/redrive.ts'
import { UsageError } from '../errors.ts'
import { createRedactor, forgetTexts } from '../history/redact.ts'
import { type Redact, seeError } from '../history/seen-error.ts'
import { type AskRequest, askedOf, carryOutAsk } from './asks.ts'
import { attempt } from './attempt.ts'
import { closeBus } from './close-calls.ts'
import { adapterAsked } from './configuring.ts'
import { checksFor } from './given.ts'
import { createHandler } from './handlers.ts'
import type { Command, CommandOf, Emit, NodeConfig } from './host.ts'
import { createKeepsakes, type Keepsakes, withSteadyMemory } from './keepsakes.ts'
import { observed } from './material.ts'
import { grownSince, memoryAllowed, memoryBefore, memoryWithoutGarbage } from './memory.ts'
import { heldNow, type Owners } from './owners.ts'
import { type Cause, publish } from './publish.ts'
import { createSignals, type Signals } from './signals.ts'
import { siteFor } from './site-for.ts'
import { createStatistics, type Statistics } from './statistics.ts'
import { tryAll } from './trials.ts'
import { warmUp } from './warm-up.ts'
import { checkOnce, watchCalm } from './watching.ts'
import { writeRow } from './write.ts'

export interface DriverOptions {
  readonly adapter: BusAdapter
  /** The place of the adapter's module, for sentences. */
  readonly where: string
  readonly emit: Emit
  /** ms of the clock that `config.epoch` is a reading of. */
  readonly now: () => number
  readonly dial: (role: Role, config: NodeConfig) => Promise<Wire>
  /** Open and close the adapter once before the first baseline, so that what a library keeps for good is in it. */
  readonly warmUp: boolean
  /** Resources that this node holds, by kind. */
  readonly census: () => Readonly<Record<string, number>>
  /** Who holds them, by kind, where that can be told. */
  readonly owners: Owners
}

export interface Driver {
  /**
   * Rejects with a {@link UsageError} when the adapter gave something of the wrong shape: at once where it is the bus,
   * else when resources are counted, so that nothing that runs is left alone with it.
   */
  handle(command: Command): Promise<void>
}

interface OpenNode {
  readonly config: NodeConfig
  readonly redact: Redact
  readonly baseline: Readonly<Record<string, number>>
  readonly bus: Bus | null
  /** What memory held before it was opened, bytes. */
  readonly memory: number
  readonly consumers: Map<string, Consumer>
  readonly attempts: Map<string, number>
  readonly statistics: Statistics | null
  readonly signals: Signals
  readonly adapter: AskedAdapter
  readonly at: () => number
}

export function createDriver(options: DriverOptions): Driver {
  const { emit } = options
  const checks = checksFor(`${options.adapter.name} (${options.where})`)
  let open: OpenNode | null = null
  let keepsakes: Keepsakes | null = null
  /** In effect while a bus is weighed closely. */
  let quiet: Disposable | null = null
  let slip: UsageError | null = null
  /** Its close has begun. */
  let isClosing = false
  /** Handlers publish nothing more. */
  let isWindingDown = false

  /** Null for what is of the wrong shape; the first such thing is told. */
  const checked = <T>(check: () => T): T | null => {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      slip ??= error
      return null
    }
  }

  const watch = (message: Message): void => keepsakes?.watch('messages', message)
  const calling = { emit, watch, receipt: checks.receipt, checked }

  const opened = (): OpenNode => {
    if (open === null) throw new Error('the host received work before it was opened')
    return open
  }

  /** `always`: also where it is no more than a bus may hold. */
  const measure = (always: boolean): void => {
    const { bus, memory, config, at } = opened()
    if (bus === null) return
    const allowed = memoryAllowed(config.claims)
    const bytes = grownSince(memory, allowed)
    if (always || bytes > allowed) emit({ type: 'memory', at: at(), node: config.node, bytes })
  }

  const openNode = async ({ config, weighed }: CommandOf<'open'>): Promise<void> => {
    const at = (): number => Math.round((options.now() - config.epoch) * 1000) / 1000
    const redact = createRedactor(config.canaries)
    const node = config.node
    const isFirst = open === null
    // A process may serve several runs, and only what this one keeps counts.
    if (open?.config.epoch !== config.epoch || open.config.prefix !== config.prefix) keepsakes = null
    if (weighed !== undefined) keepsakes ??= createKeepsakes()
    quiet?.[Symbol.dispose]()
    quiet = weighed === 'closely' ? withSteadyMemory() : null
    const closedNode: OpenNode = {
      config,
      redact,
      baseline: {},
      bus: null,
      memory: 0,
      consumers: new Map(),
      attempts: new Map(),
      statistics: null,
      signals: createSignals(),
      adapter: adapterAsked(options.adapter, config),
      at,
    }
    open = closedNode
    isClosing = false
    isWindingDown = false
    emit({ type: 'open', at: at(), node })
    if (options.warmUp && isFirst)
      await warmUp(options.adapter, siteFor(config, { dial: options.dial, observe: () => undefined }))
    options.owners.mark()
    const baseline = options.census()
    const memory = config.weighs === true ? { memory: memoryWithoutGarbage() } : {}
    emit({ type: 'resources', at: at(), owner: node, when: 'baseline', counts: baseline, ...memory })
    try {
      const observe = (observation: unknown): void => {
        const seen = checked(() => checks.observation(observation))
        if (seen !== null) emit(observed(seen, node, at(), redact))
      }
      const dial: typeof options.dial = (role, given) =>
        options.dial(role, given).catch((error: unknown) => {
          if (error instanceof UsageError) slip ??= error
          throw error
        })
      const site = siteFor(config, { dial, observe })
      keepsakes?.watch('sites', site)
      const memory = memoryBefore(memoryAllowed(config.claims))
      const made = await options.adapter.open(site)
      const bus = checked(() => checks.bus(made, config.claims))
      if (bus === null) throw slip
      keepsakes?.watch('buses', bus)
      const asked = { bus, node, at, emit, redact, check: (given: unknown) => checked(() => checks.stats(given)) }
      const statistics = owedBy(config.claims).stats !== undefined ? createStatistics(asked) : null
      open = { ...closedNode, baseline, bus, memory, statistics }
      emit({ type: 'opened', at: at(), node })
      measure(false)
    } catch (error) {
      if (error instanceof UsageError && error === slip) throw error
      emit({ type: 'opened', at: at(), node, error: seeError(error, redact) })
    }
  }

  const subscribe = async ({ consumer, group, topic, from, types, obeys }: CommandOf<'subscribe'>): Promise<void> => {
    const { config, redact, bus, consumers, attempts, at } = opened()
    if (bus === null) return
    const node = config.node
    const registered = types === undefined ? {} : { types }
    emit({ type: 'subscribe', at: at(), node, consumer, group, topics: [topic], from, ...registered })
    try {
      const check = (delivery: Delivery): Delivery | null => checked(() => checks.delivery(delivery))
      const publishOther = (op: string, cause: Cause): void => {
        const asked = request()
        const topic = cause.message.topic
        if (asked !== null && !isWindingDown)
          publish(asked, { do: 'publish', op, producer: `asked-${node}`, topic, abortAfter: null }, cause)
      }
      const handling = { config, emit, at, consumer, group, obeys, attempts, check, redact }
      const handler = createHandler({ ...handling, publish: publishOther })
      keepsakes?.watch('handlers', handler)
      const made = await attempt(() =>
        bus.subscribe({ consumer, group, topics: [topic], from, ...registered }, handler),
      )
      const member = checked(() => checks.consumer(made))
      if (member === null) throw slip
      keepsakes?.watch('consumers', member)
      consumers.set(consumer, member)
      emit({ type: 'subscribed', at: at(), node, consumer })
    } catch (error) {
      emit({ type: 'subscribed', at: at(), node, consumer, error: seeError(error, redact) })
    }
  }

  const unsubscribe = async ({ consumer: name }: CommandOf<'unsubscribe'>): Promise<void> => {
    const { config, redact, consumers, at } = opened()
    const consumer = consumers.get(name)
    if (consumer === undefined) return
    consumers.delete(name)
    const node = config.node
    emit({ type: 'unsubscribe', at: at(), node, consumer: name })
    try {
      await attempt(() => consumer.close())
      emit({ type: 'unsubscribed', at: at(), node, consumer: name })
    } catch (error) {
      emit({ type: 'unsubscribed', at: at(), node, consumer: name, error: seeError(error, redact) })
    }
  }

  const close = async (command: CommandOf<'close'>): Promise<void> => {
    const node = opened()
    const { bus, statistics } = node
    quiet?.[Symbol.dispose]()
    quiet = null
    if (bus === null) return
    statistics?.stop()
    isClosing = true
    const { config } = node
    const asked = askedOf(requestOf(node, bus), [])
    const closing = closeBus({ ...node, bus, node: config.node, emit }, command)
    await Promise.all([closing, checkOnce(asked, `health-${config.node}-closing`)])
    await checkOnce(asked, `health-${config.node}-closed`)
  }

  /** What calls on the bus need. */
  const requestOf = (node: OpenNode, bus: Bus): AskRequest => ({ ...node, ...calling, bus, given: checks.given })
  /** The same of the present node; null where its bus did not open. */
  const request = (): AskRequest | null => {
    const node = opened()
    return node.bus === null ? null : requestOf(node, node.bus)
  }

  return {
    async handle(command) {
      switch (command.do) {
        case 'open':
          return await openNode(command)
        case 'publish': {
          const { bus, ...rest } = opened()
          if (bus !== null) publish({ ...rest, ...calling, bus }, command)
          return
        }
        case 'write': {
          const { bus, ...rest } = opened()
          if (bus !== null) writeRow({ ...rest, bus, emit, check: checks.writeReceipt, checked }, command)
          return
        }
        case 'subscribe':
          return await subscribe(command)
        case 'unsubscribe':
          return await unsubscribe(command)
        case 'wind-down':
          isWindingDown = true
          return
        case 'redrive': {
          const asked = request()
          return asked === null ? undefined : await redriveTopic(askedOf(asked, []), command.redrive, command.topic)
        }
        case 'close':
          return await close(command)
        case 'ask': {
          const asked = request()
          return asked === null ? undefined : await carryOutAsk(asked, command)
        }
        case 'weigh': {
          const { config, attempts, signals, at } = opened()
          // What is kept here is the harness's own, and every publish and handler has ended.
          attempts.clear()
          signals.tidy()
          forgetTexts()
          if (keepsakes === null) return
          const weight = quiet === null ? keepsakes.weigh() : keepsakes.weighClosely()
          return emit({ ...command.as, at: at(), node: config.node, ...weight })
        }
        case 'measure':
          return measure(true)
        case 'try': {
          const { bus, ...rest } = opened()
          return bus === null ? undefined : await tryAll({ ...rest, bus, emit }, command)
        }
        case 'resources': {
          if (slip !== null) throw slip
          const node = opened()
          if (command.when === 'calm') {
            await node.statistics?.tell('calm')
            const asked = request()
            if (asked !== null) await watchCalm(askedOf(asked, []), node.config.node, () => isClosing)
          }
          // In a process of its own all that has grown is the one bus's.
          if (command.when === 'calm' && options.warmUp) measure(false)
          const about = { at: node.at(), owner: node.config.node, when: command.when }
          return emit({ type: 'resources', ...about, ...heldNow(options, node) })
        }
      }
    },
  }
}
