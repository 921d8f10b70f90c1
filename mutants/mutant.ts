/** Adapters broken on purpose: a correct bus with exactly one defect, and the clauses that must and may catch it. */

import { withEnvelope } from '../adapters/envelope/index.ts'
import inProcess, { createInProcessBus, type InProcessParts } from '../adapters/in-process/index.ts'
import { kafkajsParts } from '../adapters/kafkajs/bus.ts'
import kafkajs from '../adapters/kafkajs/index.ts'
import allOptions, { allOptionsParts } from '../adapters/memory/all-options.ts'
import breakerAroundRetries from '../adapters/memory/breaker-around-retries.ts'
import byKey, { byKeyParts } from '../adapters/memory/by-key.ts'
import degraded from '../adapters/memory/degraded.ts'
import enveloped, { envelope } from '../adapters/memory/enveloped.ts'
import memory, { memoryParts } from '../adapters/memory/index.ts'
import observed from '../adapters/memory/observed.ts'
import outbox, { type OutboxPolicies, outboxParts, standardOutbox } from '../adapters/memory/outbox.ts'
import { type PoolPolicies, standardPool } from '../adapters/memory/pool.ts'
import pooled, { pooledParts } from '../adapters/memory/pooled.ts'
import { type ProducerPolicies, standardProducers } from '../adapters/memory/producers.ts'
import writing, { standardWriting, type WritePolicies, writingParts } from '../adapters/memory/writing.ts'
import writingOptional, { optionalWriting } from '../adapters/memory/writing-optional.ts'
import { withMetrics } from '../adapters/observability/index.ts'
import { onexTopicNames } from '../adapters/onex/dispatch.ts'
import { onexConfiguration } from '../adapters/onex/settings.ts'
import onexMemory, { configured, onexAround } from '../adapters/onex-memory/index.ts'
import { postgresParts } from '../adapters/postgres/bus.ts'
import postgres from '../adapters/postgres/index.ts'
import {
  createResilientBus,
  type MemberLog,
  type Policies,
  type ReadLetters,
  type ResilientBusParts,
  type Send,
  standardPolicies,
} from '../adapters/resilience/index.ts'
import type {
  Bus,
  BusAdapter,
  Configuration,
  Handler,
  Message,
  Row,
  SettingSources,
  Site,
  Subscription,
} from '../harness/adapter.ts'
import type { DispatchClaim, EnvelopeClaim } from '../harness/claims.ts'
import type { Plan } from '../harness/plan/plan.ts'
import type { MinimalName } from './minimal.ts'

export interface Defect {
  /** What is broken, in one sentence, as its author would come to write it. */
  readonly text: string
  /** At least one of these must catch it. */
  readonly must: readonly string[]
  /** These may catch it too; any other clause that does is a false alarm. */
  readonly may?: readonly string[]
  /** The least plan that shows it, by its name in `minimal.ts` where several mutants share it; left out where no single run can, and on real systems. */
  readonly minimal?: MinimalName | Plan
  readonly policies?: Partial<Policies>
  readonly pool?: Partial<PoolPolicies & ProducerPolicies>
  readonly write?: Partial<WritePolicies>
  readonly outbox?: Partial<OutboxPolicies>
  /** A row as it is stored. */
  readonly row?: (row: Row) => Row
  readonly site?: (site: Site) => Site
  readonly send?: (send: Send, site: Site) => Send
  readonly member?: (log: MemberLog, site: Site, subscription: Subscription) => MemberLog
  readonly letters?: (read: ReadLetters) => ReadLetters
  readonly disconnect?: (disconnect: () => Promise<void>, site: Site) => () => Promise<void>
  readonly handle?: (handle: Handler, parts: ResilientBusParts) => Handler
  readonly bus?: (bus: Bus, site: Site, parts: ResilientBusParts) => Bus
  /** Of the bus with an envelope: what it takes its claim for. */
  readonly envelope?: (claim: EnvelopeClaim) => EnvelopeClaim
  /** Of the ONEX bus: how it reads settings, also when it opens. */
  readonly configure?: (read: Configure, sources: SettingSources) => Configuration
  /** Of the ONEX bus: what it tells of the settings that it read. */
  readonly told?: (configuration: Configuration, sources: SettingSources) => Configuration
  /** Of the ONEX bus: what it opens with, of the settings that it read. */
  readonly using?: (configuration: Configuration) => Configuration
  /** Of the ONEX bus: what it does first when it opens. */
  readonly opening?: (site: Site) => Promise<void>
  /** Of the ONEX bus: which handler gets which messages. */
  readonly dispatcher?: (bus: Bus, claim: DispatchClaim) => Bus
  /** Of the ONEX bus: how it reads names of topics. */
  readonly parse?: (parse: typeof onexTopicNames.parse, name: string) => Readonly<Record<string, string>> | null
  /** Of the ONEX bus: how it writes them. */
  readonly print?: (print: typeof onexTopicNames.print, parts: Readonly<Record<string, string>>) => string
}

export interface InProcessDefect extends Pick<Defect, 'text' | 'must' | 'may' | 'minimal' | 'site'> {
  /** Made for each bus. */
  readonly parts?: () => Partial<InProcessParts>
}

export type Configure = (sources: SettingSources) => Configuration

const identity = <T>(value: T): T => value

function breakParts(defect: Defect, parts: ResilientBusParts, site: Site): ResilientBusParts {
  const { store } = parts
  return {
    ...parts,
    send: (defect.send ?? identity)(parts.send, site),
    ...(parts.letters === undefined ? {} : { letters: (defect.letters ?? identity)(parts.letters) }),
    member: (subscription) => (defect.member ?? identity)(parts.member(subscription), site, subscription),
    disconnect: (defect.disconnect ?? identity)(parts.disconnect, site),
    ...(store === undefined ? {} : { store: (row, ...rest) => store((defect.row ?? identity)(row), ...rest) }),
    policies: { ...standardPolicies, ...parts.policies, ...defect.policies },
  }
}

function breakBus(
  adapter: BusAdapter,
  partsFor: (site: Site) => ResilientBusParts,
  defect: Defect,
  make = createResilientBus,
): BusAdapter {
  return {
    ...adapter,
    name: `broken ${adapter.name}`,
    async open(real) {
      const site = (defect.site ?? identity)(real)
      const parts = breakParts(defect, partsFor(site), site)
      const bus = make(site, parts)
      const handle = defect.handle ?? identity
      return (defect.bus ?? identity)(
        { ...bus, subscribe: (subscription, handler) => bus.subscribe(subscription, handle(handler, parts)) },
        site,
        parts,
      )
    },
  }
}

export const brokenMemory = (defect: Defect): BusAdapter => breakBus(memory, memoryParts, defect)
/** The in-memory bus with every option that it can claim. */
export const brokenOptions = (defect: Defect): BusAdapter => breakBus(allOptions, allOptionsParts, defect)
/** The in-memory bus whose breaker wraps the retries. */
export const brokenAround = (defect: Defect): BusAdapter => breakBus(breakerAroundRetries, memoryParts, defect)
/** The in-memory bus that handles the keys of a partition side by side. */
export const brokenByKey = (defect: Defect): BusAdapter => breakBus(byKey, byKeyParts, defect)
/** The in-memory bus that queues what is published while its breaker is not closed. */
export const brokenQueue = (defect: Defect): BusAdapter => breakBus(degraded, memoryParts, defect)
/** The same bus with metrics. */
export const brokenObserved = (defect: Defect): BusAdapter =>
  breakBus(observed, memoryParts, defect, (site, parts) =>
    withMetrics(site, (inner) => createResilientBus(inner, parts)),
  )
/** The in-memory bus whose messages are CloudEvents. */
export const brokenEnveloped = (defect: Defect): BusAdapter =>
  breakBus(enveloped, memoryParts, defect, (site, parts) =>
    withEnvelope(createResilientBus(site, parts), (defect.envelope ?? identity)(envelope)),
  )
/** The bus of ONEX over the embedded broker. It opens with what it read, so that a defect in reading shows in both. */
export function brokenOnex(defect: Defect): BusAdapter {
  const correct = onexConfiguration.read
  const read: Configure = (sources) => defect.configure?.(correct, sources) ?? correct(sources)
  const open = breakBus(onexMemory, memoryParts, defect, (site, parts) =>
    onexAround(site, (inner) => createResilientBus(inner, parts), defect.dispatcher),
  )
  const { parse, print } = onexTopicNames
  return {
    ...open,
    parseTopic: (name) => (defect.parse === undefined ? parse(name) : defect.parse(parse, name)),
    printTopic: (parts) => (defect.print === undefined ? print(parts) : defect.print(print, parts)),
    configure: (sources) => (defect.told ?? identity)(read(sources), sources),
    async open(site) {
      await defect.opening?.(site)
      return await open.open(
        configured(site, asArguments((defect.using ?? identity)(read(site.settings ?? NO_SOURCES)))),
      )
    },
  }
}

const NO_SOURCES: SettingSources = { file: null, environment: {}, arguments: {} }

/** What was read, given again: all of it is allowed, and secrets decide no figure. */
const asArguments = ({ settings }: Configuration): SettingSources => ({
  ...NO_SOURCES,
  arguments: Object.fromEntries(
    Object.entries(settings).flatMap(([name, { value }]) => (value === null ? [] : [[name, value] as const])),
  ),
})

/** The in-memory bus whose publishes share a pool. */
export const brokenPool = (defect: Defect): BusAdapter =>
  breakBus(pooled, (site) => pooledParts(site, { ...standardPool, ...standardProducers, ...defect.pool }), defect)
/** The in-memory bus that stores rows with their events. */
export const brokenWriting = (defect: Defect): BusAdapter =>
  breakBus(writing, (site) => writingParts(site, { ...standardWriting, ...defect.write }), defect)
/** The one that stores them without, where it must. */
export const brokenOptionalWriting = (defect: Defect): BusAdapter =>
  breakBus(writingOptional, (site) => writingParts(site, { ...optionalWriting, ...defect.write }), defect)
/** The one with an outbox. */
export const brokenOutbox = (defect: Defect): BusAdapter =>
  breakBus(outbox, (site) => outboxParts(site, { ...standardOutbox, ...defect.outbox }), defect)
/** The bus inside one process. */
export const brokenInProcess = (defect: InProcessDefect): BusAdapter => ({
  ...inProcess,
  name: 'broken in-process',
  open: async (real) => createInProcessBus((defect.site ?? identity)(real), { parts: defect.parts?.() ?? {} }),
})
export const brokenPostgres = (defect: Defect): BusAdapter => breakBus(postgres, postgresParts, defect)
export const brokenKafka = (defect: Defect): BusAdapter => breakBus(kafkajs, kafkajsParts, defect)

/** A site that tells the adapter other figures than those it is judged by. */
export const withClaims = (site: Site, change: (claims: Site['claims']) => Site['claims']): Site => ({
  ...site,
  prefix: site.prefix,
  claims: change(site.claims),
})

/** What is text in UTF-8, changed; all else, and what the change throws at, stays. */
export function textChanged(value: Uint8Array | null, change: (text: string) => string): Uint8Array | null {
  if (value === null) return null
  try {
    return Buffer.from(change(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)))
  } catch {
    return value
  }
}

/** The same bus, and a promise that resolves when it is to close. */
export function tellingClose(bus: Bus): Bus & { readonly closed: Promise<void> } {
  let closing = (): void => undefined
  const closed = new Promise<void>((resolve) => {
    closing = resolve
  })
  return {
    ...bus,
    closed,
    close() {
      closing()
      return bus.close()
    },
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const withValue = (message: Message, value: Uint8Array | null): Message => ({ ...message, value })
