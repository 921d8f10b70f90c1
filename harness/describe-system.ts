/** The suite for the author of a system: it tests whether the system, its servers and its witness satisfy the contract. */

import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import type { BusAdapter, Message } from './adapter.ts'
import { SiteError } from './errors.ts'
import { type Lacks, without } from './lacks.ts'
import { loadAdapter } from './load/adapter.ts'
import { checkPromises } from './load/promises.ts'
import { loadSystem } from './load/system.ts'
import { lacksOf } from './load/system-check.ts'
import { makeTemporaryFolder } from './process/leases/lease.ts'
import { refusedTopicIn } from './run/topics.ts'
import { checkWitness } from './site/offered.ts'
import {
  committedLies,
  committedMistake,
  ORDER_LIES,
  PLACED_LIES,
  STORED_LIES,
  storedMistake,
} from './site/suite/compare.ts'
import { claimsOn, openProbe, type Probe, type Published, topicsUnder } from './site/suite/probe.ts'
import type { SiteName } from './site-name.ts'
import type {
  CommittedPosition,
  PreparedRun,
  RunningSystem,
  StoredMessage,
  System,
  SystemServer,
  TopicSpec,
  Witness,
} from './system-contract.ts'
import { sleep } from './waiting.ts'

export interface SystemSuiteOptions {
  /** Default `real`. */
  readonly site?: Exclude<SiteName, 'simulated'>
  /** Longest time for starting the system, and for each test, ms; default: two minutes. */
  readonly timeout?: number
}

const WITHIN = 120_000
/** A system that is not paused answers within this time, ms. */
const PAUSED = 300
/** How long the server may take to notice that a client has gone, ms. */
const GONE_WITHIN = 5_000
const LOOK_EVERY = 20
/** How long after the first copy of a message a second one may come, ms. */
const COMES_WITHIN = 1_000

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

/**
 * Declares a suite for the system of the adapter that `module` default-exports (a URL). The suite opens the adapter directly on
 * the system, without links; it must publish and consume as in production. If the system cannot run here, every test is
 * skipped, and the reason says what is missing.
 */
export function describeSystem(
  module: URL | string,
  { site = 'real', timeout = WITHIN }: SystemSuiteOptions = {},
): void {
  describe(`the system of ${String(module).split('/').slice(-2).join('/')}, site ${site}`, { timeout }, () => {
    const world = createWorld(String(module), site)
    beforeAll(world.start, timeout)
    afterAll(world.stop, timeout)
    describeWitness(world)
    describeNodes(world)
    describeRuns(world)
    describeLacks(world)
  })
}

interface Run extends AsyncDisposable {
  readonly prefix: string
  readonly topics: readonly TopicSpec[]
  readonly prepared: PreparedRun
  readonly witness: Witness
  readonly lacks: Lacks
  /** Skips the rest of the test if the system has no stored log. */
  stored(): Promise<readonly StoredMessage[]>
  /** Empty if the system has no committed offsets. */
  committed(): Promise<readonly CommittedPosition[]>
  probe(): Promise<Probe>
}

interface World {
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Skips the test, with the reason, if the system cannot run here. */
  running(context: TestContext): {
    readonly adapter: BusAdapter
    readonly system: System
    readonly running: RunningSystem
  }
  /** Prepares a run, by default with a new prefix. */
  prepare(context: TestContext, prefix?: string): Promise<Run>
}

function createWorld(module: string, site: Exclude<SiteName, 'simulated'>): World {
  let started: { adapter: BusAdapter; system: System; running: RunningSystem; remove: () => Promise<void> } | null =
    null
  let missing: string | null = null
  let runs = 0
  const unique = crypto.randomUUID().slice(0, 8)

  const running: World['running'] = (context) => {
    if (missing !== null) context.skip(missing)
    if (started === null) throw new SiteError('the system was not started')
    const lacks = lacksOf(started.system, started.adapter.witness)
    if (lacks.network !== undefined) context.skip(without('network', lacks))
    return started
  }
  return {
    async start() {
      const adapter = await loadAdapter(module)
      const system = await loadSystem(adapter.system, site)
      checkPromises(adapter, system.name, lacksOf(system, adapter.witness))
      missing = await system.missing()
      if (missing !== null) return console.error(`not run: the system ${system.name}: ${missing}`)
      const { path: folder, release } = makeTemporaryFolder(system.name)
      const remove = async (): Promise<void> => {
        await rm(folder, { recursive: true, force: true })
        release()
      }
      started = { adapter, system, running: await system.start({ folder }), remove }
    },
    async stop() {
      await started?.running[Symbol.asyncDispose]()
      await started?.remove()
    },
    running,
    async prepare(context, prefix = `bp${unique}_${runs++}_`) {
      const { adapter, running: system, system: declared } = running(context)
      const lacks = lacksOf(declared, adapter.witness)
      const topics = topicsUnder(prefix, claimsOn(adapter, system))
      const refused = lacks.refusedTopics === undefined ? [refusedTopicIn(prefix)] : []
      const prepared = await system.prepare({ prefix, topics: [...topics, ...refused], witness: adapter.witness ?? {} })
      const { witness } = prepared
      try {
        if (witness === null)
          throw new SiteError('the run has no witness: the adapter must state how to read its messages')
        checkWitness(witness, declared.name, lacks)
      } catch (error) {
        await prepared[Symbol.asyncDispose]()
        throw error
      }
      return {
        prefix,
        topics,
        prepared,
        witness,
        lacks,
        stored: async () => (await witness.stored?.()) ?? context.skip(without('storedLog', lacks)),
        committed: async () => (await witness.committed?.()) ?? [],
        probe: () => openProbe({ adapter, running: system, prepared, prefix }),
        [Symbol.asyncDispose]: () => prepared[Symbol.asyncDispose](),
      }
    },
  }
}

/** Keys of both partitions, and contents that are easily confused: null and an empty value, bytes that are not text. */
function messagesFor(
  [orders, bills]: readonly TopicSpec[],
  { messages: { tombstones } }: BusAdapter['claims'],
): Message[] {
  const message = (topic: TopicSpec | undefined, more: Partial<Message>): Message => ({
    topic: topic?.name ?? '',
    key: null,
    value: text('a value'),
    headers: [],
    ...more,
  })
  return [
    ...Array.from({ length: 8 }, (_, index) =>
      message(orders, { key: text(`key-${index}`), value: text(`order ${index}`) }),
    ),
    message(orders, {
      key: Uint8Array.from([0, 0xff, 0x80, 0x0a]),
      value: Uint8Array.from([0, 0xff, 0xfe, 0x0d, 0x0a]),
    }),
    message(bills, { value: new Uint8Array() }),
    message(bills, {
      headers: [
        ['content-type', text('text/plain')],
        ['bytes', Uint8Array.from([0, 0xff, 0x20])],
      ],
    }),
    ...(tombstones ? [message(bills, { key: text('gone'), value: null })] : []),
  ]
}

async function publishAll(probe: Probe, messages: readonly Message[]): Promise<readonly Published[]> {
  const published: Published[] = []
  for (const message of messages) published.push(await probe.publish(message))
  return published
}

/** One more message for each partition of these. */
async function publishBehind(probe: Probe, handled: readonly Published[]): Promise<readonly Published[]> {
  const partitions = new Map(handled.map((one) => [`${one.topic}/${one.position?.partition}`, one]))
  return await publishAll(
    probe,
    [...partitions.values()].map(({ topic, key }) => ({ topic, key, value: text('not read'), headers: [] })),
  )
}

/** Whether the system identifies its messages by ids. */
const hasIds = (stored: readonly StoredMessage[]): boolean =>
  stored.some(({ position }) => typeof position.offset === 'string')

const placesOf = (published: readonly Published[]) =>
  published.flatMap(({ position }) => (position === null ? [] : [position]))

async function eventually<T>(look: () => Promise<T>, holds: (found: T) => boolean, within = GONE_WITHIN): Promise<T> {
  const until = performance.now() + within
  for (;;) {
    const found = await look()
    if (holds(found) || performance.now() > until) return found
    await sleep(LOOK_EVERY)
  }
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** A new group handles what was published to a topic, and commits a position behind it. */
async function handleAll(probe: Probe, group: string, topic: string, count: number): Promise<void> {
  let handled = 0
  let done = (): void => undefined
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  const consumer = await probe.subscribe(group, topic, async () => {
    handled += 1
    if (handled >= count) done()
  })
  await all
  await consumer.close()
}

function describeWitness(world: World): void {
  describe('the witness', () => {
    test('sees nothing of a topic that is to be refused, and the adapter is told so for good', async (context) => {
      await using run = await world.prepare(context)
      if (run.lacks.refusedTopics !== undefined) context.skip(without('refusedTopics', run.lacks))
      const { name: topic } = refusedTopicIn(run.prefix)
      await using probe = await run.probe()
      const publishing = probe.publish({ topic, key: text('k'), value: text('never'), headers: [] })
      await expect(publishing).rejects.toMatchObject({ retryable: false })
      const [orders] = run.topics
      const published = await probe.publish({ topic: orders?.name ?? '', key: null, value: text('a'), headers: [] })
      expect(storedMistake(await run.stored(), [published])).toBeNull()
    })

    test('sees what was published, byte for byte, and nothing else', async (context) => {
      await using run = await world.prepare(context)
      expect(await run.stored()).toEqual([])
      await using probe = await run.probe()
      const published = await publishAll(probe, messagesFor(run.topics, world.running(context).adapter.claims))
      expect(storedMistake(await run.stored(), published)).toBeNull()
    })

    test('is caught if it reports wrong messages', async (context) => {
      await using run = await world.prepare(context)
      await using probe = await run.probe()
      const published = await publishAll(probe, messagesFor(run.topics, world.running(context).adapter.claims))
      const truth = await run.stored()
      expect(storedMistake(truth, published)).toBeNull()
      const placed = published.every(({ position }) => position !== null)
      const lies = [...STORED_LIES, ...(placed ? PLACED_LIES : []), ...(placed && hasIds(truth) ? ORDER_LIES : [])]
      expect(lies.filter(({ tell }) => storedMistake(tell(truth), published) === null)).toEqual([])
    })

    test('sees what a group has committed, and is caught if it reports wrong positions', async (context) => {
      await using run = await world.prepare(context)
      if (run.lacks.committedOffsets !== undefined) context.skip(without('committedOffsets', run.lacks))
      await using probe = await run.probe()
      const [orders] = run.topics
      const published = await publishAll(
        probe,
        messagesFor(run.topics, world.running(context).adapter.claims).filter(({ topic }) => topic === orders?.name),
      )
      const group = `${run.prefix}group`
      await handleAll(probe, group, orders?.name ?? '', published.length)
      const unread = placesOf(await publishBehind(probe, published))
      const stored = (await run.witness.stored?.()) ?? []
      const worked = { group, handled: placesOf(published), unread, stored }
      if (worked.handled.length === 0) context.skip('the adapter does not report positions')
      if (run.lacks.storedLog !== undefined && worked.handled.some(({ offset }) => typeof offset === 'string'))
        context.skip('without a stored log, the witness does not know the order of ids')
      const truth = await eventually(run.committed, (found) => committedMistake(found, worked) === null)
      expect(committedMistake(truth, worked)).toBeNull()
      expect(committedLies(worked).filter(({ tell }) => committedMistake(tell(truth), worked) === null)).toEqual([])
    })

    test('sees a dead letter in its own topic', async (context) => {
      await using run = await world.prepare(context)
      const [orders] = run.topics
      if (orders === undefined || orders.deadLetter === null) return context.skip('the adapter claims no dead letters')
      await using probe = await run.probe()
      const message = await probe.publish({ topic: orders.name, key: text('k'), value: text('bad'), headers: [] })
      const group = `${run.prefix}group`
      const refusing = await probe.subscribe(group, orders.name, async () => {
        throw Object.assign(new Error('never again'), { retryable: false })
      })
      const letters = await eventually(
        async () => (await run.stored()).filter(({ position }) => position.topic === orders.deadLetter),
        (found) => found.length > 0,
      )
      await refusing.close()
      expect(
        letters.map(({ key, value }) => [key, value].map((bytes) => bytes && Buffer.from(bytes).toString())),
      ).toEqual([[message.key, message.value].map((bytes) => bytes && Buffer.from(bytes).toString())])
    })

    test('counts what clients hold, and nothing once they have gone', async (context) => {
      await using run = await world.prepare(context)
      expect(sum(await run.witness.resources())).toBe(0)
      const probe = await run.probe()
      const [orders] = run.topics
      await probe.publish({ topic: orders?.name ?? '', key: null, value: text('a'), headers: [] })
      await probe.subscribe(`${run.prefix}group`, orders?.name ?? '', async () => undefined)
      const held = await run.witness.resources()
      await probe[Symbol.asyncDispose]()
      if (Object.keys(held).length === 0) return context.skip('the system does not report what its clients hold')
      expect(sum(held)).toBeGreaterThan(0)
      expect(sum(await eventually(run.witness.resources, (counts) => sum(counts) === 0))).toBe(0)
    })

    test('sees the unreadable record that it stored', async (context) => {
      await using run = await world.prepare(context)
      const { poison } = run.witness
      if (poison === undefined) return context.skip('the system cannot store unreadable records')
      const value = Uint8Array.from([0, 0xff, 0xfe, 0x80])
      const position = await poison(run.topics[0]?.name ?? '', value)
      const [seen, ...more] = await run.stored()
      expect({ position: seen?.position, key: seen?.key, value: Buffer.from(seen?.value ?? []) }).toEqual({
        position,
        key: null,
        value: Buffer.from(value),
      })
      expect(more).toEqual([])
    })
  })
}

function describeNodes(world: World): void {
  const eachNode = async (context: TestContext, work: (node: SystemServer) => Promise<void>): Promise<void> => {
    const { servers = [] } = world.running(context).running
    if (servers.length === 0) context.skip('the system has no processes that can be stopped')
    for (const node of servers) await work(node)
  }

  describe('a server', () => {
    test('answers nothing while it is paused, and continues when resumed', async (context) => {
      await using run = await world.prepare(context)
      await using probe = await run.probe()
      const message: Message = { topic: run.topics[1]?.name ?? '', key: null, value: text('a'), headers: [] }
      const published = [await probe.publish(message)]
      await eachNode(context, async (node) => {
        await node.pause()
        let answered = false
        const waiting = probe.publish(message).then((one) => {
          answered = true
          published.push(one)
        })
        // The witness, too, may have to wait, but not to fail.
        const reading = Promise.all([run.witness.stored?.(), run.committed()])
        await sleep(PAUSED)
        const early = answered
        // Whatever the outcome, the next test needs a running server.
        await node.resume()
        await waiting
        const [, committed] = await reading
        expect(early).toBe(false)
        expect(committed).toEqual([])
        // Nothing is paused, so there is nothing to do.
        await node.resume()
      })
      expect(storedMistake(await run.stored(), published)).toBeNull()
    })

    test('restarts with everything that was acknowledged and committed', async (context) => {
      await using run = await world.prepare(context)
      const orders = run.topics[0]?.name ?? ''
      const group = `${run.prefix}group`
      const published: Published[] = []
      {
        await using probe = await run.probe()
        published.push(...(await publishAll(probe, messagesFor(run.topics, world.running(context).adapter.claims))))
        await handleAll(probe, group, orders, published.filter(({ topic }) => topic === orders).length)
      }
      const commits = run.lacks.committedOffsets === undefined
      const committed = await eventually(run.committed, (found) => !commits || found.length > 0)
      await eachNode(context, async (node) => {
        await using probe = await run.probe()
        // The last moment before it ends.
        published.push(await probe.publish({ topic: orders, key: text('last'), value: text(node.name), headers: [] }))
        await node.kill()
        await expect(node.pause()).rejects.toThrow(SiteError)
        await node.resume()
        await node.restart()
        expect(storedMistake(await run.stored(), published)).toBeNull()
        expect(await run.committed()).toEqual(expect.arrayContaining([...committed]))
      })
      await using probe = await run.probe()
      published.push(await probe.publish({ topic: orders, key: null, value: text('after'), headers: [] }))
      expect(storedMistake(await run.stored(), published)).toBeNull()
    })

    test('can be killed while it is paused', async (context) => {
      await using run = await world.prepare(context)
      await eachNode(context, async (node) => {
        await node.pause()
        await node.kill()
        await node.restart()
      })
      await using probe = await run.probe()
      const published = [await probe.publish({ topic: run.topics[1]?.name ?? '', key: null, value: null, headers: [] })]
      expect(storedMistake(await run.stored(), published)).toBeNull()
    })

    test('restarts empty after it lost its disk', async (context) => {
      await using run = await world.prepare(context)
      const { servers = [] } = world.running(context).running
      if (servers.length !== 1 || servers.some(({ loseDisk }) => loseDisk === undefined)) {
        return context.skip('the disk cannot be lost here, or is replicated')
      }
      {
        await using probe = await run.probe()
        await publishAll(probe, messagesFor(run.topics, world.running(context).adapter.claims))
      }
      for (const node of servers) {
        await node.kill()
        await node.loseDisk?.()
        await node.restart()
      }
      expect(await run.stored()).toEqual([])
    })
  })
}

function describeRuns(world: World): void {
  describe('a run', () => {
    test('stays within its prefix', async (context) => {
      const { adapter, system } = world.running(context)
      const first = await world.prepare(context)
      const publish = async (run: Run): Promise<readonly Published[]> => {
        await using probe = await run.probe()
        return await publishAll(probe, messagesFor(run.topics, adapter.claims))
      }
      const published = await publish(first)
      if (!system.concurrent) await first[Symbol.asyncDispose]()
      {
        await using second = await world.prepare(context)
        expect(await second.stored()).toEqual([])
        expect(storedMistake(await second.stored(), await publish(second))).toMatch(/does not see/)
        expect(await second.committed()).toEqual([])
      }
      if (!system.concurrent) return
      // The second has removed only its own.
      expect(storedMistake(await first.stored(), published)).toBeNull()
      await first[Symbol.asyncDispose]()
    })

    test('leaves nothing behind, so that its prefix can be used again', async (context) => {
      const { adapter } = world.running(context)
      const before = await world.prepare(context)
      {
        await using probe = await before.probe()
        const published = await publishAll(probe, messagesFor(before.topics, adapter.claims))
        const orders = before.topics[0]?.name ?? ''
        await handleAll(
          probe,
          `${before.prefix}group`,
          orders,
          published.filter(({ topic }) => topic === orders).length,
        )
      }
      await before[Symbol.asyncDispose]()
      await using after = await world.prepare(context, before.prefix)
      expect(await after.stored()).toEqual([])
      expect(await after.committed()).toEqual([])
    })

    test('that was killed is swept, and no other', async (context) => {
      const { adapter, system, running } = world.running(context)
      const { sweptBy } = running
      if (sweptBy === undefined) return context.skip('the system ends with the harness, with everything on it')
      if (system.sweep === undefined) throw new SiteError('a system with `sweptBy` must have a `sweep`')
      await using other = await world.prepare(context)
      const killed = await world.prepare(context)
      const publish = async (run: Run): Promise<readonly Published[]> => {
        await using probe = await run.probe()
        return await publishAll(probe, messagesFor(run.topics, adapter.claims))
      }
      const [kept] = [await publish(other), await publish(killed)]
      expect(await system.sweep(sweptBy, [killed.prefix])).not.toEqual([])
      expect(await system.sweep(sweptBy, [killed.prefix])).toEqual([])
      expect(storedMistake(await other.stored(), kept)).toBeNull()
      await using again = await world.prepare(context, killed.prefix)
      expect(await again.stored()).toEqual([])
    })
  })
}

/** Evidence that the system has a capability, as one sentence; null if there is none. */
type Look = (run: Run) => Promise<string | null>

const showsPartitions: Look = async (run) => {
  await using probe = await run.probe()
  const told = placesOf(await publishAll(probe, keyed(run)))
  const found = ((await run.witness.stored?.()) ?? []).map(({ position }) => position)
  const other = [...told, ...found].find(({ partition }) => partition > 0)
  return other === undefined ? null : `a message is in partition ${other.partition} of ${other.topic}`
}

const showsLog: Look = async (run) => {
  await using probe = await run.probe()
  const messages = keyed(run)
  const first = await listen(run, probe, 'first')
  await publishAll(probe, messages)
  await eventually(first.handled, (count) => count >= messages.length)
  await first.close()
  const second = await listen(run, probe, 'second')
  const count = await eventually(second.handled, (found) => found > 0)
  await second.close()
  return count === 0 ? null : 'a new group reads messages that another group had consumed before'
}

const showsMembership: Look = async (run) => {
  await using probe = await run.probe()
  const messages = keyed(run)
  const first = await listen(run, probe, 'group', 0)
  const second = await listen(run, probe, 'group', 1).catch(() => null)
  if (second === null) return null
  await publishAll(probe, messages)
  const both = async (): Promise<number> => (await first.handled()) + (await second.handled())
  await eventually(both, (found) => found >= messages.length)
  const count = await eventually(both, (found) => found >= 2 * messages.length, COMES_WITHIN)
  await Promise.all([first.close(), second.close()])
  return count >= 2 * messages.length ? null : `two members of a group share ${messages.length} messages`
}

const SHOWN: readonly (readonly [keyof Lacks, Look])[] = [
  ['partitions', showsPartitions],
  ['storedLog', showsLog],
  ['groupMembership', showsMembership],
]

const keyed = ({ topics }: Run): Message[] =>
  Array.from({ length: 8 }, (_, index) => ({
    topic: topics[0]?.name ?? '',
    key: text(`key-${index}`),
    value: text(`order ${index}`),
    headers: [],
  }))

/** A member that counts its messages. */
async function listen({ prefix, topics }: Run, probe: Probe, group: string, member = 0) {
  let count = 0
  const handle = (): Promise<void> => {
    count += 1
    return Promise.resolve()
  }
  const consumer = await probe.subscribe(`${prefix}${group}`, topics[0]?.name ?? '', handle, member)
  return { handled: () => Promise.resolve(count), close: () => consumer.close() }
}

function describeLacks(world: World): void {
  describe('what the system declares as lacking', () => {
    for (const [capability, look] of SHOWN) {
      test(`is absent, and would be found: ${capability}`, async (context) => {
        await using run = await world.prepare(context)
        const shown = await look(run)
        // If the system has it, the same look must find it.
        if (run.lacks[capability] === undefined) expect(shown).not.toBeNull()
        else expect(shown).toBeNull()
      })
    }
  })
}
