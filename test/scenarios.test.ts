/** Each named scenario brings about what it is named for, on the embedded bus, where its timing is exact. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BreakerState } from '../harness/adapter.ts'
import type { Event, EventOf } from '../harness/events/kinds.ts'
import { hasLanded } from '../harness/events/system.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { fitPlan } from '../harness/plan/fit.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import type { Lanes } from '../harness/site/lane.ts'
import { startSimulatedLanes } from '../harness/site/simulated/lanes.ts'

const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))

let running: Lanes
beforeAll(async () => {
  running = await startSimulatedLanes(new URL('../adapters/memory/index.ts', import.meta.url).href, 1)
})
afterAll(() => running[Symbol.asyncDispose]())

interface Story {
  readonly events: readonly Event[]
  of<T extends Event['type']>(type: T): EventOf<T>[]
  /** Whether a fault of this kind acted on the role at this time. */
  during(kind: EventOf<'fault'>['kind'], role: EventOf<'fault'>['role'], at: number): boolean
  /** Of a node's breaker, just before this time. */
  breaker(node: string, at: number): BreakerState
}

async function play(name: string, { lanes, adapter }: Lanes = running): Promise<Story> {
  const scenario = scenarios.find((one) => one.name === name)
  const lane = lanes[0]
  if (scenario === undefined || lane === undefined) throw new Error(`there is no scenario "${name}"`)
  const { history, error } = await lane.execute(fitPlan(scenario.plan, adapter.claims), { keepHistory: true })
  expect(error).toBeNull()
  const events = history?.events ?? []
  const of: Story['of'] = (type) => events.filter((event): event is EventOf<typeof type> => event.type === type)
  return {
    events,
    of,
    during: (kind, role, at) =>
      of('fault').some((began) => {
        const healed = of('healed').find(({ fault }) => fault === began.fault)
        return began.kind === kind && began.role === role && began.at <= at && at < (healed?.at ?? at)
      }),
    breaker: (node, at) =>
      of('breaker-changed')
        .filter((change) => change.node === node && change.at <= at)
        .at(-1)?.to ?? 'closed',
  }
}

const allLanded = (story: Story): boolean => story.of('healed').every(({ landed }) => hasLanded(landed))

describe('the named scenarios', () => {
  it('lost acknowledgement: what is tried again had been stored', async () => {
    const story = await play('Lost acknowledgement')
    const lost = story.of('stored').filter(({ at }) => story.during('black-hole', 'publish', at))
    const again = lost.filter(({ op }) => story.of('received').filter((request) => request.op === op).length > 1)
    expect(again.length).toBeGreaterThan(0)
  })

  it('cut in mid-frame: requests and answers are cut', async () => {
    expect(allLanded(await play('Cut in mid-frame'))).toBe(true)
  })

  it('black hole during a trip: the breaker trips in one, and a probe hangs in one', async () => {
    const story = await play('Black hole during a trip')
    const changes = story.of('breaker-changed').filter(({ at }) => story.during('black-hole', 'publish', at))
    expect(changes.map(({ from, to }) => `${from} → ${to}`)).toEqual(
      expect.arrayContaining(['closed → open', 'open → half-open', 'half-open → open']),
    )
  })

  it('leaves while nothing answers: two members are gone in time, one of which had a message without a way for its dead letter', async () => {
    const story = await play('Leaves while nothing answers')
    const left = story.of('unsubscribed').filter(({ at }) => story.during('black-hole', 'consume', at))
    expect(left.map(({ consumer }) => consumer).toSorted()).toEqual(['c0', 'c1'])
    for (const { consumer, at } of left) {
      const asked = story.of('unsubscribe').find((one) => one.consumer === consumer)?.at ?? Number.NaN
      const handled = story.of('handled').filter((one) => one.consumer === consumer && one.at < at)
      expect(at - Math.max(asked, ...handled.map((one) => one.at))).toBeLessThanOrEqual(1_000)
    }
    expect(story.of('handled').filter(({ outcome }) => outcome === 'retryable').length).toBeGreaterThan(0)
    const letters = story.of('dead-letter').filter(({ at }) => story.during('black-hole', 'dead-letter', at))
    expect(letters).toEqual([])
  })

  it('fails again and again while nothing answers: attempts go on meanwhile and afterwards, with one member', async () => {
    const story = await play('Fails again and again while nothing answers')
    const [fault] = story.of('fault')
    const [healed] = story.of('healed')
    const attempts = story.of('deliver').filter(({ op, consumer }) => op === 'm0' && consumer === 'c0')
    const meanwhile = attempts.filter(({ at }) => story.during('black-hole', 'consume', at))
    expect(attempts.filter(({ at }) => at < (fault?.at ?? 0)).length).toBeGreaterThan(0)
    expect(meanwhile.length).toBeGreaterThan(1)
    expect(attempts.filter(({ at }) => at > (healed?.at ?? Number.POSITIVE_INFINITY)).length).toBeGreaterThan(0)
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('redriven in an outage: the redrive is refused and fails, and the dead letters stay', async () => {
    const story = await play('Redriven in an outage')
    const [redrive] = story.of('redrive')
    expect(story.during('refuse', 'publish', redrive?.at ?? Number.NaN)).toBe(true)
    expect(story.of('redrive-ended')[0]?.error).toBeDefined()
    expect(story.of('dead-letter').filter(({ at }) => at < (redrive?.at ?? 0)).length).toBeGreaterThan(3)
  })

  it('refused for good: requests reach the system, nothing is stored of them, and other messages go on', async () => {
    const story = await play('Refused for good')
    const requests = story.of('received').filter(({ topic }) => topic.endsWith('refused'))
    expect(requests).toHaveLength(12)
    expect(story.of('stored').filter(({ position }) => position.topic.endsWith('refused'))).toEqual([])
    expect(story.of('published').filter(({ status }) => status === 'failed').length).toBe(12)
    expect(story.of('handled').filter(({ op }) => op?.startsWith('m') === true).length).toBeGreaterThanOrEqual(8)
  })

  it('failures leave the window: traffic rests for longer than the window of a breaker by failure rate', async () => {
    await using rate = await startSimulatedLanes(new URL('./buses/failure-rate/index.ts', import.meta.url).href, 1)
    const failed = (await play('Failures leave the window', rate)).of('attempt-ended')
    const times = failed.filter(({ outcome }) => outcome === 'failed').map(({ at }) => at)
    expect(times.length).toBe(7)
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(10_000)
    // The same without such a breaker does not rest.
    const others = (await play('Failures leave the window')).of('attempt-ended').map(({ at }) => at)
    expect(Math.max(...others)).toBeLessThan(2_000)
  })

  it('dead letters cut off: messages fail for good meanwhile, and are dead-lettered later', async () => {
    const story = await play('Dead letters cut off')
    const failed = story
      .of('handled')
      .filter(({ outcome, at }) => outcome !== 'ok' && story.during('refuse', 'dead-letter', at))
    expect(failed.length).toBeGreaterThan(0)
    const letters = story.of('dead-letter').map(({ op }) => op)
    expect(letters).toEqual(expect.arrayContaining(failed.map(({ op }) => op)))
  })

  it('rebalance under resets: partitions change hands while connections are reset', async () => {
    const story = await play('Rebalance under resets')
    const moves = [...story.of('assigned'), ...story.of('revoked')]
    expect(moves.some(({ at }) => story.during('reset', 'consume', at))).toBe(true)
  })

  it('killed before the commit: what the node had in hand is delivered to another', async () => {
    const story = await play('Killed before the commit')
    const [killed] = story.of('killed')
    const inHand = story
      .of('deliver')
      .filter(({ node, delivery, at }) => node === killed?.node && at < killed.at && !isHandled(story, delivery))
    expect(inHand.length).toBeGreaterThan(0)
    for (const { op, group } of inHand) {
      const again = story.of('deliver').filter((next) => next.op === op && next.group === group)
      expect(again.some(({ node }) => node !== killed?.node)).toBe(true)
    }
  })

  it('close while half-open: the probe is under way when the node closes', async () => {
    const story = await play('Close while half-open')
    const [close] = story.of('close')
    const { node, at } = close ?? { node: '', at: 0 }
    expect(story.breaker(node, at)).toBe('half-open')
    const began = story.of('attempt-began').filter((attempt) => attempt.node === node && attempt.at < at)
    const ended = story.of('attempt-ended').filter((attempt) => attempt.node === node && attempt.at < at)
    expect(began.length - ended.length).toBe(1)
  })

  it('consume link broken in a close: a node closes with handlers at work on two consumers, and then cannot leave its groups', async () => {
    const story = await play('Consume link broken in a close')
    const closing = { from: story.of('close')[0]?.at ?? 0, to: story.of('closed')[0]?.at ?? 0 }
    expect(story.of('close')[0]?.node).toBe('n0')
    const inHand = story
      .of('deliver')
      .filter((one) => one.at < closing.from && !isHandled(story, one.delivery, closing.from))
    expect(inHand.filter(({ node }) => node === 'n0').map(({ consumer }) => consumer)).toEqual(['c0', 'c1'])
    expect(story.of('published').some(({ node, at }) => node === 'n0' && at < closing.from)).toBe(true)
    expect(story.of('dead-lettered').some(({ node, at }) => node === 'n0' && at < closing.from)).toBe(true)
    const [fault] = story.of('fault')
    expect(fault?.at).toBeGreaterThan(closing.from)
    expect(fault?.at).toBeLessThan(closing.to)
    expect(story.during('refuse', 'consume', closing.to)).toBe(true)
    expect(allLanded(story)).toBe(true)
  })

  it('reconnect storm: every reset breaks connections of three nodes', async () => {
    const story = await play('Reconnect storm')
    const landed = story.of('healed').filter(({ role }) => role !== 'dead-letter')
    expect(landed.map((healed) => healed.landed.connections >= 3)).toEqual(landed.map(() => true))
  })

  it('opened, used and closed fifty times: each bus carries messages and closes, and the later ones are weighed', async () => {
    const story = await play('Opened, used and closed fifty times')
    const closed = story.of('closed').filter(({ node }) => node.startsWith('cycles-'))
    expect(new Set(closed.map(({ node }) => node)).size).toBe(50)
    const handled = story.of('handled').filter(({ node, op }) => op?.startsWith(`${node}-`) === true)
    expect(new Set(handled.map(({ node }) => node)).size).toBe(50)
    expect(story.of('cycle').map(({ cycle }) => cycle)).toEqual(Array.from({ length: 25 }, (_, index) => 25 + index))
  })

  it('partition healed just before the drain: nothing is delivered before, and what was published is delivered after', async () => {
    const story = await play('Partition healed just before the drain')
    const [began] = story.of('fault')
    const heal = story.of('phase').find(({ phase }) => phase === 'heal')
    const outstanding = story.of('publish').filter(({ op }) => !story.of('deliver').some(before(op, heal?.at ?? 0)))
    expect(outstanding.length).toBeGreaterThan(2)
    const between = story.of('deliver').filter(({ at }) => at > (began?.at ?? 0) + 5 && at < (heal?.at ?? 0) - 5)
    expect(between).toEqual([])
    const struck = story.of('healed').filter(({ landed }) => hasLanded(landed))
    expect(new Set(struck.map(({ role }) => role))).toEqual(new Set(['publish', 'consume']))
  })

  it('first connection refused: each node first fails to publish, and publishes later', async () => {
    const story = await play('First connection refused')
    for (const node of ['n0', 'n1', 'n2']) {
      const [first] = story.of('attempt-ended').filter((attempt) => attempt.node === node)
      expect(first?.error?.effect).toBe('none')
      expect(story.of('published').some((one) => one.node === node && one.status === 'acknowledged')).toBe(true)
    }
    const joined = story.of('subscribed').find(({ consumer }) => consumer === 'c1')
    expect(story.during('refuse', 'consume', 20)).toBe(true)
    expect(joined?.at).toBeGreaterThan(310)
  })

  it('late results: calls of the closed breaker succeed when it is half-open', async () => {
    const story = await play('Late results')
    expect(lateEnds(story, 'half-open').map(({ outcome }) => outcome)).toContain('ok')
  })

  it('late failures: calls of the closed breaker fail when it is open, and when it is half-open with a probe under way', async () => {
    const story = await play('Late failures')
    expect(lateEnds(story, 'open').map(({ outcome }) => outcome)).toContain('failed')
    const failed = lateEnds(story, 'half-open').filter(({ outcome }) => outcome === 'failed')
    const probes = story.of('attempt-began').filter(({ at }) => story.breaker('n0', at) === 'half-open')
    const [end] = story.of('attempt-ended').filter(({ op }) => op === probes[0]?.op)
    expect(failed.some(({ at }) => at < (end?.at ?? 0))).toBe(true)
  })

  it('aborted probes: three in a row are given up, and one runs into its time-out', async () => {
    const story = await play('Aborted probes')
    const probes = story.of('attempt-began').filter(({ node, at }) => story.breaker(node, at) === 'half-open')
    const ends = probes.map(({ op }) => story.of('attempt-ended').find((ended) => ended.op === op))
    expect(ends.slice(0, 4).map((ended) => ended?.error?.code)).toEqual(['ABORTED', 'ABORTED', 'ABORTED', 'TIMEOUT'])
  })

  it('aborted and failed on the wire: each node has a publish of both kinds, and nothing fails for a while after', async () => {
    const story = await play('Aborted and failed on the wire')
    for (const node of ['n0', 'n1']) {
      const failed = story.of('published').filter((one) => one.node === node && one.error !== undefined)
      expect(failed.map(({ error }) => error?.code)).toEqual(['ABORTED', 'TIMEOUT'])
      for (const { op, at } of failed) {
        expect(story.of('attempt-began').some((attempt) => attempt.op === op && attempt.at < at)).toBe(true)
      }
      const calm = story.of('resources').find(({ owner, when }) => owner === node && when === 'calm')
      expect((calm?.at ?? 0) - (failed.at(-1)?.at ?? 0)).toBeGreaterThan(400)
    }
  })

  it('calls at the reset time: one is refused within 2 ms before it is half-open', async () => {
    const story = await play('Calls at the reset time')
    const halfOpen = story.of('breaker-changed').find(({ to }) => to === 'half-open')
    const refused = story.of('published').filter(({ error }) => error?.code === 'BREAKER_OPEN')
    const before = refused.map(({ at }) => (halfOpen?.at ?? 0) - at).filter((ms) => ms > 0)
    expect(Math.min(...before)).toBeLessThanOrEqual(2)
  })

  it('groups begin and come back: two groups are empty in mid traffic, and two find messages that were there before', async () => {
    const story = await play('Groups begin and come back')
    const joined = (consumer: string): number => story.of('subscribe').find((one) => one.consumer === consumer)?.at ?? 0
    const given = (consumer: string) => story.of('deliver').filter((one) => one.consumer === consumer)
    const left = story.of('unsubscribed')[0]?.at ?? Number.POSITIVE_INFINITY
    const killed = story.of('killed')[0]?.at ?? Number.POSITIVE_INFINITY
    for (const [gone, back, at] of [
      ['c0', 'c2', left],
      ['c1', 'c5', killed],
    ] as const) {
      expect(given(gone).length).toBeGreaterThan(0)
      expect(story.of('stored').some((one) => one.at > at && one.at < joined(back))).toBe(true)
      expect(given(back).length).toBeGreaterThan(0)
    }
    for (const first of ['c3', 'c4']) {
      expect(story.of('stored').some((one) => one.at < joined(first))).toBe(true)
      expect(given(first).length).toBeGreaterThan(0)
    }
  })

  it('many callers in outages: each node tries again hundreds of times, side by side, and no breaker trips', async () => {
    const story = await play('Many callers in outages')
    expect(allLanded(story)).toBe(true)
    for (const node of ['n0', 'n1', 'n2']) {
      const again = story.of('attempt-began').filter((attempt) => attempt.node === node && attempt.attempt > 1)
      expect(again.length).toBeGreaterThan(400)
      expect(new Set(again.map(({ op }) => op)).size).toBeGreaterThan(45)
    }
    expect(story.of('breaker-changed').filter(({ to }) => to !== 'shut-down')).toEqual([])
  })

  it('deadlines pass: while publishes wait for an answer, and while they wait for their next attempt', async () => {
    const story = await play('Deadlines pass')
    const late = story.of('published').filter(({ error }) => error?.code === 'DEADLINE_EXCEEDED')
    const cutShort = ({ op, at }: EventOf<'published'>): boolean =>
      story.of('attempt-ended').some((ended) => ended.op === op && ended.at === at && ended.outcome === 'cancelled')
    expect(late.filter(cutShort).length).toBeGreaterThan(1)
    expect(late.filter((one) => !cutShort(one)).length).toBeGreaterThan(1)
    expect(story.of('breaker-changed').filter(({ to }) => to !== 'shut-down')).toEqual([])
  })

  it('breaker worked by hand: forced open beyond its reset time, in an outage before a retry is due, and while it is open; reset while it is open and while it is closed', async () => {
    const story = await play('Breaker worked by hand')
    const by = (to: 'reset' | 'isolate') => story.of('force').filter((one) => one.to === to)
    const stateOf = ({ node, at }: EventOf<'force'>): BreakerState => story.breaker(node, at - 0.001)
    expect(by('isolate').map(stateOf)).toEqual(['closed', 'closed', 'open'])
    expect(by('reset').map(stateOf)).toEqual(expect.arrayContaining(['isolated', 'open', 'closed']))
    const refused = story.of('published').filter(({ error }) => error?.code === 'BREAKER_OPEN')
    const [first] = by('isolate')
    expect(refused.some(({ node, at }) => node === first?.node && at > (first?.at ?? 0) + 300)).toBe(true)
    const tried = refused.filter(({ op, node, at }) => {
      const began = story.of('attempt-began').find((attempt) => attempt.op === op)
      return began !== undefined && story.breaker(node, at) === 'isolated' && story.breaker(node, began.at) === 'closed'
    })
    expect(tried.length).toBeGreaterThan(1)
    expect(story.of('trial-ended').filter(({ what }) => what === 'publish-reset')).toHaveLength(3)
  })

  it('dead letters redriven: of two groups and two topics, each comes back and is handled, and its reader fails at several', async () => {
    const story = await play('Dead letters redriven')
    const ended = story.of('redrive-ended')
    expect(ended.map(({ topic, count }) => [topic.slice(-2), count]).sort()).toEqual([
      ['t0', 8],
      ['t1', 5],
    ])
    const back = story.of('stored').filter(({ op }) => op?.endsWith('~redriven') === true)
    expect(back).toHaveLength(13)
    const handled = story.of('handled').filter(({ outcome }) => outcome === 'ok')
    for (const { op } of back) expect(handled.some((one) => one.op === op)).toBe(true)
    const failed = story.of('handled').filter(({ consumer, outcome }) => consumer === 'letters0' && outcome !== 'ok')
    expect(new Set(failed.map(({ op }) => op)).size).toBeGreaterThan(2)
  })

  it('queue in outages: a queue is full, sends slowly while more comes, fails meanwhile and recovers; another is closed with its bus', async () => {
    await using degraded = await startSimulatedLanes(new URL('../adapters/memory/degraded.ts', import.meta.url).href, 1)
    const story = await play('Queue in outages', degraded)
    expect(allLanded(story)).toBe(true)
    for (const node of ['n0', 'n1']) {
      const own = <T extends EventOf<'published' | 'settled' | 'drained'>>(events: readonly T[]): readonly T[] =>
        events.filter((event) => event.node === node)
      const published = own(story.of('published'))
      expect(published.filter(({ error }) => error?.code === 'QUEUE_FULL').length).toBeGreaterThan(5)
      const queued = published.filter(({ status }) => status === 'queued')
      const behind = queued.filter(({ at }) => story.breaker(node, at) === 'closed')
      expect(behind.length).toBeGreaterThan(1)
      const settled = own(story.of('settled'))
      expect(settled.map(({ op }) => op)).toEqual(queued.map(({ op }) => op))
      const first = settled.filter(({ at }) => at < 1_800)
      expect(first.map(({ status }) => status)).toEqual(first.map(() => 'acknowledged'))
      const again = first.filter(({ op }) => story.of('attempt-began').filter((one) => one.op === op).length > 1)
      expect(again.length).toBeGreaterThan(1)
      expect(own(story.of('drained'))[0]).toMatchObject({ recovered: first.length, failed: 0 })
    }
    const dropped = story.of('settled').filter(({ status }) => status === 'failed')
    expect(dropped.map(({ node, error }) => `${node} ${error?.code}`)).toEqual(['n1 CLOSED', 'n1 CLOSED', 'n1 CLOSED'])
    expect(
      story
        .of('drained')
        .filter(({ node }) => node === 'n1')
        .at(-1),
    ).toMatchObject({ recovered: 0, failed: 3 })
  })

  it('batches in outages: some fail in part, one as the network goes, flushes wait through outages, and a node closes under both', async () => {
    const story = await play('Batches in outages')
    expect(allLanded(story)).toBe(true)
    const outcomesOf = (ops: readonly string[]) =>
      ops.map((op) => {
        const published = story.of('published').find((one) => one.op === op)
        return published?.status ?? story.of('trial-ended').find(({ trial }) => trial === op)?.outcome
      })
    const partial = story.of('batch').filter(({ ops }) => new Set(outcomesOf(ops)).size > 1)
    expect(partial.length).toBeGreaterThan(5)
    const [first] = story.of('batch')
    expect(outcomesOf(first?.ops ?? [])).toEqual(['acknowledged', 'refused', 'acknowledged', 'acknowledged'])
    const endOf = ({ batch }: EventOf<'batch'>): number =>
      story.of('batch-ended').find((ended) => ended.batch === batch)?.at ?? Number.POSITIVE_INFINITY
    const vanish = story.of('fault').find(({ kind }) => kind === 'black-hole')?.at ?? 0
    expect(story.of('batch').some((one) => one.at < vanish && endOf(one) > vanish + 100)).toBe(true)
    const flushed = ({ flush }: EventOf<'flush'>): number =>
      story.of('flushed').find((ended) => ended.flush === flush)?.at ?? Number.POSITIVE_INFINITY
    for (const kind of ['black-hole', 'refuse', 'latency'] as const)
      expect(story.of('flush').some((one) => story.during(kind, 'publish', one.at) && flushed(one) > one.at + 10)).toBe(
        true,
      )
    const closed = story.of('close').find(({ node }) => node === 'n1')?.at ?? 0
    const lasts = (from: number, to: number): boolean => from < closed && to > closed
    expect(story.of('batch').some((one) => one.node === 'n1' && lasts(one.at, endOf(one)))).toBe(true)
    expect(story.of('flush').some((one) => one.node === 'n1' && lasts(one.at, flushed(one)))).toBe(true)
  })

  it('dead letters of the unreadable: in a row, between messages, and while the way to the dead letters is cut', async () => {
    const story = await play('Dead letters of the unreadable')
    const laid = story.of('poison')
    expect(laid.map(({ position }) => position.topic.slice(-2))).toEqual(['t0', 't0', 't1', 't0', 't1', 't0'])
    expect(laid.filter(({ at }) => story.during('refuse', 'dead-letter', at))).toHaveLength(2)
    const letters = story.of('dead-letter').filter(({ op }) => op === null)
    const groups = ({ position }: EventOf<'poison'>) =>
      letters
        .filter(({ fields }) => fields['original_position'] === `${position.offset}`)
        .filter(({ fields }) => fields['original_partition'] === `${position.partition}`)
        .filter(({ fields }) => fields['original_topic'] === position.topic)
        .map(({ fields }) => fields['original_group']?.replace(/.*-/, ''))
    for (const one of laid)
      expect(groups(one).sort()).toEqual(one.position.topic.endsWith('t0') ? ['drain', 'g0', 'g1'] : ['drain', 'g0'])
    const handled = ({ position }: EventOf<'poison'>) =>
      story
        .of('deliver')
        .some(
          (one) =>
            one.position?.topic === position.topic &&
            one.position.partition === position.partition &&
            one.position.offset > position.offset,
        )
    expect(laid.filter(handled).length).toBeGreaterThan(3)
  })

  it('killed while dead letters are cut off: what a process had given up has its dead letter from another', async () => {
    const story = await play('Killed while dead letters are cut off')
    const [killed] = story.of('killed')
    const letterAt = (op: string | null) => story.of('dead-letter').find((letter) => letter.op === op)?.at ?? 0
    const given = story
      .of('handled')
      .filter(({ node, outcome, op, at }) => node === killed?.node && outcome === 'permanent' && letterAt(op) > at)
    expect(given.some(({ op, at }) => at < (killed?.at ?? 0) && letterAt(op) > (killed?.at ?? 0))).toBe(true)
  })

  it('server freezes while half-open: the probe is lost, and a later one closes', async () => {
    const story = await play('Server freezes while half-open')
    const frozen = story.of('fault').find(({ kind }) => kind === 'pause')?.at ?? 0
    const thawed = story.of('healed').find(({ kind }) => kind === 'pause')?.at ?? 0
    const changes = story.of('breaker-changed').filter(({ node, at }) => node === 'n0' && at > frozen)
    const lost = changes.filter(({ at }) => at < thawed).map(({ from, to }) => `${from} → ${to}`)
    expect(lost.slice(0, 2)).toEqual(['open → half-open', 'half-open → open'])
    expect(changes.filter(({ to }) => to === 'closed').every(({ at }) => at > thawed)).toBe(true)
  })

  it('server restarts in a rebalance: members come and go while it is away', async () => {
    const story = await play('Server restarts in a rebalance')
    const [down, up] = [story.of('fault')[0]?.at ?? 0, story.of('healed')[0]?.at ?? 0]
    const isAway = ({ at }: Event): boolean => at > down && at < up
    expect(story.of('unsubscribe').some(isAway)).toBe(true)
    const joined = story.of('subscribe').find(({ consumer }) => consumer === 'c1')?.at ?? 0
    expect(joined).toBeLessThan(down)
    const given = story.events.find((event) => event.type === 'assigned' && event.consumer === 'c1')
    expect(given?.at).toBeGreaterThan(up)
    const inHand = story.of('deliver').filter(({ delivery, at }) => at < down && !isHandled(story, delivery, down))
    expect(inHand.length).toBeGreaterThan(0)
  })

  it('lost acknowledgements, then killed: what was stored for the process was never told', async () => {
    const story = await play('Lost acknowledgements, then killed')
    const [killed] = story.of('killed')
    const own = story.of('publish').filter(({ node }) => node === killed?.node)
    const settled = new Set(story.of('published').map(({ op }) => op))
    const left = own.filter(({ op }) => !settled.has(op) && story.of('stored').some((stored) => stored.op === op))
    expect(left.length).toBeGreaterThan(0)
  })

  it('no way around the links: each role is tried while its link refuses', async () => {
    const story = await play('No way around the links')
    const tried = {
      publish: story.of('attempt-began').some(({ at }) => story.during('refuse', 'publish', at)),
      consume: story.of('stored').some(({ at }) => story.during('refuse', 'consume', at)),
      'dead-letter': story
        .of('handled')
        .some((e) => e.outcome === 'permanent' && story.during('refuse', 'dead-letter', e.at)),
    }
    expect(tried).toEqual({ publish: true, consume: true, 'dead-letter': true })
  })
})

/** Attempts that were let in by the closed breaker, and ended when it was in this state. */
const lateEnds = (story: Story, state: BreakerState) =>
  story.of('attempt-ended').filter(({ node, op, attempt, at }) => {
    const began = story.of('attempt-began').find((one) => one.op === op && one.attempt === attempt)
    return story.breaker(node, at) === state && story.breaker(node, began?.at ?? 0) === 'closed'
  })

const isHandled = (story: Story, delivery: string, by = Number.POSITIVE_INFINITY): boolean =>
  story.of('handled').some((handled) => handled.delivery === delivery && handled.at < by)

const before =
  (op: string, at: number) =>
  (delivered: EventOf<'deliver'>): boolean =>
    delivered.op === op && delivered.at < at
