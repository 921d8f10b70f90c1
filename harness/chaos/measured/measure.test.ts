import { describe, expect, test } from 'vitest'
import type { Measured } from '../../certificate/soak.ts'
import type { Event } from '../../events/kinds.ts'
import { exampleClaims } from '../../plan/claims.case.ts'
import type { Plan } from '../../plan/plan.ts'
import { epochPlan } from '../epoch.ts'
import { chaosShape } from '../file/config.ts'
import { parseThreshold } from '../file/threshold.ts'
import { createActive } from './active.ts'
import { createMeasures, type UnderWay } from './measure.ts'

/** A message each second. */
const PLAN: Plan = epochPlan(
  chaosShape.parse({
    target: { adapter: 'memory', site: 'real' },
    load: { rate: '1/s' },
    duration: '1h',
    epoch: '10m',
  }),
  { claims: exampleClaims, lacks: {}, outages: [], servers: 1 },
  { number: 0, lasts: 600_000, before: 0, messages: 600 },
)

interface Stage {
  /** The epoch that runs. */
  take(event: Event): void
  /** Goes on to this time, ms; measures slide each second. */
  until(time: number): void
  publish(index: number, more?: { readonly at?: number; readonly node?: string }): void
  published(index: number, status?: 'acknowledged' | 'queued' | 'failed', at?: number): void
  handled(index: number, more?: { readonly group?: string; readonly outcome?: 'ok' | 'retryable' }): void
  /** Published, and acknowledged after so long. */
  done(index: number, after: number): void
  fault(fault: number, kind?: 'refuse' | 'latency'): void
  healed(fault: number, kind?: 'refuse' | 'latency'): void
  phase(phase: 'traffic' | 'heal' | 'drain' | 'close'): void
  /** Begins one more. */
  epoch(): void
  deliver(index: number, more?: { readonly group?: string; readonly consumer?: string }): void
  setAside(index: number): void
  subscribe(consumer: string, group: string): void
  violated(count: number): void
  readonly now: () => Measured
  readonly underWay: () => UnderWay
  worst(index?: number): number | null | undefined
}

function stage(...thresholds: readonly string[]): Stage {
  let now = 1_000
  const began = now
  const active = createActive(() => () => undefined)
  const measures = createMeasures(thresholds.map(parseThreshold), {
    clock: () => now,
    faults: active.faults,
    onLatency: () => undefined,
  })
  let epoch = 0
  const taking = (): ((event: Event) => void) => {
    const own = epoch++
    const measure = measures.epoch(PLAN)
    return (event) => {
      active.step(own, event)
      measure(event)
    }
  }
  let take = taking()
  const subscribe = (consumer: string, group: string): void =>
    take({ type: 'subscribe', at: 0, node: 'n0', consumer, group, topics: ['t0'], from: 'earliest' })
  const at = (): number => now - began
  const content = { key: 'null', value: 'null', headers: '' }
  const role = 'publish' as const
  return {
    take: (event) => take(event),
    until(time) {
      while (at() < time) {
        const second = Math.floor(at() / 1_000) * 1_000 + 1_000
        now = began + Math.min(second, time)
        if (at() === second) measures.tick()
      }
    },
    publish: (index, more = {}) =>
      take({
        type: 'publish',
        at: more.at ?? at(),
        node: more.node ?? 'n0',
        op: `m${index}`,
        producer: 'p0',
        topic: 't0',
        content,
        hasKey: true,
      }),
    published: (index, status = 'acknowledged', when = at()) =>
      take({ type: 'published', at: when, node: 'n0', op: `m${index}`, status }),
    handled: (index, { group = 'g0', outcome = 'ok' } = {}) =>
      take({
        type: 'handled',
        at: at(),
        node: 'n0',
        consumer: 'c0',
        group,
        delivery: `d${index}`,
        op: `m${index}`,
        outcome,
      }),
    done(index, after) {
      this.publish(index)
      this.published(index, 'acknowledged', at() + after)
    },
    fault: (fault, kind = 'refuse') => take({ type: 'fault', at: at(), fault, kind, role, direction: 'up' }),
    healed: (fault, kind = 'refuse') =>
      take({ type: 'healed', at: at(), fault, kind, role, landed: { connections: 1, bytes: 0 } }),
    phase: (phase) => take({ type: 'phase', at: at(), phase }),
    epoch() {
      take = taking()
    },
    deliver: (index, { group = 'g0', consumer = 'c0' } = {}) =>
      take({
        type: 'deliver',
        at: at(),
        node: 'n0',
        consumer,
        group,
        delivery: `d${index}`,
        op: `m${index}`,
        topic: 't0',
        content,
        attempt: 1,
      }),
    subscribe,
    setAside: (index) =>
      take({
        type: 'dead-lettered',
        at: at(),
        node: 'n0',
        consumer: 'c0',
        group: 'g0',
        position: { topic: 't0', partition: 0, offset: index },
      }),
    violated: measures.violated,
    now: measures.now,
    underWay: measures.underWay,
    worst: (index = 0) => measures.now().thresholds[index]?.worst,
  }
}

describe('what is under way', () => {
  test('are publishes that have not settled, and deliveries that are due', () => {
    const run = stage()
    run.subscribe('c0', 'g0')
    run.publish(0)
    run.publish(1)
    expect(run.underWay()).toEqual({ publishes: 2, lag: 0 })
    run.published(0)
    run.published(1, 'failed')
    expect(run.underWay()).toEqual({ publishes: 0, lag: 1 })
    run.handled(0)
    expect(run.underWay()).toEqual({ publishes: 0, lag: 0 })
  })

  test('is due to each group, until it has handled the message or set it aside, once', () => {
    const run = stage()
    run.subscribe('c0', 'g0')
    for (const index of [0, 1, 2]) run.done(index, 0)
    run.handled(0)
    run.handled(0)
    run.deliver(1)
    run.setAside(1)
    run.setAside(1)
    // It was dead-lettered, and then redriven.
    run.handled(1)
    // Those of others do not count.
    run.handled(2, { group: 'drain' })
    run.handled(2, { outcome: 'retryable' })
    expect(run.underWay().lag).toBe(1)
    expect(run.now().lag).toBe(1)
  })

  test('is nothing that a killed node tells too late', () => {
    const run = stage()
    run.take({ type: 'killed', at: 0, node: 'n1' })
    run.publish(0, { node: 'n1' })
    run.publish(1)
    run.published(1)
    run.until(5_000)
    expect([run.underWay().publishes, run.now().unavailable.longest, run.now().sent]).toEqual([0, 0, 2])
  })

  test('is never less than nothing where a message is handled before it is acknowledged', () => {
    const run = stage()
    run.subscribe('c0', 'g0')
    run.publish(0)
    run.handled(0)
    expect(run.underWay().lag).toBe(0)
    run.published(0)
    expect(run.underWay().lag).toBe(0)
  })

  test('of an epoch that is over, nothing is due; the most that was stays', () => {
    const run = stage()
    for (const index of [0, 1]) run.done(index, 0)
    run.until(1_000)
    run.take({ type: 'end', at: 1_000 } as Event)
    expect([run.underWay().lag, run.now().lag]).toEqual([0, 2])
  })
})

describe('redeliveries', () => {
  test('are those to a group that had not rejected the message, and to consumers of the plan', () => {
    const run = stage()
    run.publish(0)
    run.deliver(0)
    run.handled(0, { outcome: 'retryable' })
    run.deliver(0)
    expect(run.now().redelivered).toBe(0)
    run.deliver(0, { group: 'g1' })
    run.deliver(0, { consumer: 'reader' })
    expect(run.now().redelivered).toBe(0)
    run.deliver(0, { consumer: 'c1' })
    run.handled(0)
    run.deliver(0)
    expect(run.now().redelivered).toBe(2)
  })
})

describe('latency', () => {
  test('counts from when a message was to be sent, also where its call was late', () => {
    const run = stage()
    run.publish(0, { at: 100 })
    run.published(0, 'acknowledged', 110)
    // Due at 1,100: the first one was sent at 100.
    run.publish(1, { at: 1_350 })
    run.published(1, 'acknowledged', 1_360)
    expect(run.now()).toMatchObject({
      sent: 2,
      acknowledged: 2,
      failed: 0,
      latency: { publish: { count: 2, p50: 10, max: 260 } },
    })
  })

  test('of handling ends with the first that was good, once for each group', () => {
    const run = stage()
    run.publish(0)
    run.until(50)
    run.handled(0, { outcome: 'retryable' })
    run.until(200)
    run.handled(0)
    run.until(900)
    run.handled(0)
    run.handled(0, { group: 'g1' })
    expect(run.now()).toMatchObject({ handled: 2, latency: { handle: { count: 2, p50: 200, max: 900 } } })
  })

  test('counts nothing that is not in the plan, was not sent, or has settled already', () => {
    const run = stage()
    run.publish(0)
    run.published(0)
    run.published(0)
    run.published(3)
    run.publish(600)
    run.published(600)
    run.take({
      type: 'publish',
      at: 0,
      node: 'n0',
      op: 'probe',
      producer: 'p0',
      topic: 't0',
      content: { key: '', value: '', headers: '' },
      hasKey: false,
    })
    expect(run.now()).toMatchObject({ sent: 1, acknowledged: 1, failed: 0, latency: { publish: { count: 1 } } })
  })

  test('is told with no quantile above the largest value', () => {
    const run = stage('max(publish) <= 500ms')
    run.done(0, 500)
    expect(run.now()).toMatchObject({
      latency: { publish: { p50: 500, p99: 500, p999: 500, max: 500 } },
      thresholds: [{ worst: 500, isKept: true }],
    })
  })

  test('of epochs is counted by the clock of each', () => {
    const run = stage()
    run.publish(0, { at: 0 })
    run.published(0, 'acknowledged', 20)
    run.epoch()
    run.publish(0, { at: 9_000 })
    run.published(0, 'acknowledged', 9_030)
    expect(run.now()).toMatchObject({ sent: 2, latency: { publish: { count: 2, max: 30 } } })
  })

  test('of a run that is made again is counted from its new beginning', () => {
    const run = stage()
    run.phase('traffic')
    run.publish(0, { at: 100 })
    run.phase('traffic')
    run.publish(0, { at: 9_000 })
    run.published(0, 'acknowledged', 9_030)
    expect(run.now().latency.publish).toMatchObject({ count: 1, max: 30 })
  })

  test('of a queued message ends when it settles', () => {
    const run = stage()
    run.publish(0)
    run.published(0, 'queued')
    expect(run.now()).toMatchObject({ acknowledged: 0, failed: 0 })
    run.until(4_000)
    run.take({ type: 'settled', at: 4_000, node: 'n0', op: 'm0', status: 'acknowledged' })
    expect(run.now()).toMatchObject({
      acknowledged: 1,
      latency: { publish: { max: 4_000 } },
      unavailable: { longest: 4_000 },
    })
  })
})

describe('thresholds', () => {
  test('of a window notice a bad minute that the whole run hides', () => {
    const run = stage('p99(publish) < 1s over 1m', 'p99(publish) < 1s', 'p50(publish) < 1s over 1m')
    for (let index = 0; index < 600; index++) {
      run.until(index * 1_000)
      // Three of 600, but of 60 in their minute.
      run.done(index, index >= 300 && index < 330 && index % 10 < 1 ? 5_000 : 20)
    }
    run.until(600_000)
    const [windowed, whole, median] = run.now().thresholds
    expect(windowed?.isKept).toBe(false)
    expect(windowed?.worst).toBeGreaterThanOrEqual(4_900)
    expect(whole).toEqual({ text: 'p99(publish) < 1s', worst: 20, isKept: true })
    expect(median).toMatchObject({ worst: 20, isKept: true })
  })

  test('of a window let go of what is older', () => {
    const run = stage('p50(publish) < 1s over 10s')
    run.done(0, 50)
    for (let index = 1; index < 60; index++) {
      run.until(index * 1_000)
      run.done(index, index < 20 ? 50 : 900)
    }
    run.until(60_000)
    // Of 60 values 40 are slow; of the last ten, all.
    expect(run.worst()).toBeGreaterThanOrEqual(900)
  })

  test('keep the worst value, though it has passed', () => {
    const run = stage('max(publish) < 1s over 5s')
    run.done(0, 3_000)
    run.until(1_000)
    run.done(1, 20)
    run.until(60_000)
    expect(run.worst()).toBe(3_000)
    run.done(60, 20)
    run.until(61_000)
    expect(run.now().thresholds).toEqual([{ text: 'max(publish) < 1s over 5s', worst: 3_000, isKept: false }])
  })

  test('of the whole run need no tick', () => {
    const run = stage('max(publish) < 1s')
    run.done(0, 3_000)
    expect(run.worst()).toBe(3_000)
  })

  test('of a rate are exact for a steady one, whatever the window', () => {
    for (const over of ['3s', '10s', '1m', '90s']) {
      const run = stage(`rate >= 1/s over ${over}`, `rate <= 1/s over ${over}`)
      for (let index = 0; index < 400; index++) {
        run.until(index * 1_000 + 500)
        run.done(index, 1)
      }
      expect([over, run.worst(0), run.worst(1)]).toEqual([over, 1, 1])
    }
  })

  test('of a rate notice a gap', () => {
    const run = stage('rate >= 0.9/s over 20s')
    for (let index = 0; index < 300; index++) {
      run.until(index * 1_000 + 500)
      if (index < 100 || index >= 110) run.done(index, 1)
    }
    expect(run.worst()).toBeGreaterThan(0.45)
    expect(run.worst()).toBeLessThan(0.55)
    expect(run.now().thresholds[0]?.isKept).toBe(false)
  })

  test('of a rate say nothing before their window is full', () => {
    const run = stage('rate >= 1/s over 1m')
    run.until(59_000)
    expect(run.now().thresholds).toEqual([{ text: 'rate >= 1/s over 1m', worst: null, isKept: true }])
    run.until(60_000)
    expect(run.now().thresholds).toEqual([{ text: 'rate >= 1/s over 1m', worst: 0, isKept: false }])
  })

  test('of one span take nothing of the other', () => {
    const run = stage('max(publish) < 1s', 'max(handle) < 1s')
    run.publish(0)
    run.until(100)
    run.published(0)
    expect([run.worst(0), run.worst(1)]).toEqual([100, null])
    run.until(3_000)
    run.handled(0)
    expect([run.worst(0), run.worst(1)]).toEqual([100, 3_000])
  })

  test('of violations are told what was found', () => {
    const run = stage('violations == 0')
    expect(run.now().thresholds).toEqual([{ text: 'violations == 0', worst: 0, isKept: true }])
    run.violated(3)
    expect(run.now().thresholds).toEqual([{ text: 'violations == 0', worst: 3, isKept: false }])
  })

  test('of unavailability see an outage that is not over', () => {
    const run = stage('unavailable < 5s')
    run.publish(0)
    run.until(4_999)
    expect(run.now().thresholds[0]).toMatchObject({ worst: 4_999, isKept: true })
    run.until(5_000)
    expect(run.now().thresholds[0]).toMatchObject({ worst: 5_000, isKept: false })
  })
})

describe('unavailability', () => {
  test('is the longest time without an acknowledgement while a publish is under way', () => {
    const run = stage()
    run.publish(0)
    run.until(2_000)
    run.publish(1)
    run.until(3_000)
    run.published(0)
    run.until(5_500)
    run.published(1)
    // Nothing is under way.
    run.until(60_000)
    expect(run.now().unavailable).toEqual({ longest: 3_000, byFault: { 'no fault': 3_000 } })
  })

  test('is told by the faults of its time, where it was a second or more', () => {
    const run = stage()
    run.fault(0)
    run.publish(0)
    run.until(1_500)
    run.published(0)
    run.healed(0)
    run.publish(1)
    run.until(2_499)
    run.published(1)
    run.fault(1, 'latency')
    run.publish(2)
    run.until(4_499)
    run.healed(1, 'latency')
    run.until(7_499)
    run.published(2)
    expect(run.now().unavailable).toEqual({
      longest: 5_000,
      byFault: { 'publish: refuse': 1_500, 'publish: latency': 5_000 },
    })
  })

  test('is told by each of several faults, and for each the longest', () => {
    const run = stage()
    run.fault(0)
    run.fault(1, 'latency')
    run.publish(0)
    run.until(4_000)
    run.published(0)
    run.healed(1, 'latency')
    run.publish(1)
    run.until(6_000)
    run.published(1)
    expect(run.now().unavailable.byFault).toEqual({ 'publish: refuse': 4_000, 'publish: latency': 4_000 })
  })

  test('is told by its fault while it goes on', () => {
    const run = stage()
    run.publish(0)
    run.fault(0)
    run.until(8_000)
    expect(run.now().unavailable).toEqual({ longest: 8_000, byFault: { 'publish: refuse': 8_000 } })
  })

  test('of a server is told by what happened to it', () => {
    const run = stage()
    run.take({ type: 'fault', at: 0, fault: 0, kind: 'pause', role: 'system', direction: 'up' })
    run.publish(0)
    run.until(3_000)
    run.published(0)
    expect(run.now().unavailable.byFault).toEqual({ 'system: pause': 3_000 })
  })

  test('does not end with a failure: the next one may fail as fast', () => {
    const run = stage()
    run.phase('traffic')
    for (let index = 0; index < 20; index++) {
      run.until(index * 1_000)
      run.publish(index)
      run.published(index, 'failed')
    }
    run.until(20_000)
    run.publish(20)
    run.published(20)
    expect(run.now()).toMatchObject({ failed: 20, acknowledged: 1, unavailable: { longest: 20_000 } })
  })

  test('ends with the traffic, where nothing is under way', () => {
    const run = stage()
    run.phase('traffic')
    run.publish(0)
    run.published(0, 'failed')
    run.until(2_000)
    run.phase('heal')
    run.until(60_000)
    expect(run.now().unavailable.longest).toBe(2_000)
  })

  test('goes on after the traffic, where something is', () => {
    const run = stage()
    run.phase('traffic')
    run.publish(0)
    run.phase('heal')
    run.until(9_000)
    run.published(0, 'failed')
    run.until(60_000)
    expect(run.now().unavailable.longest).toBe(9_000)
  })

  test('does not come of what a killed node had under way', () => {
    const run = stage()
    run.phase('traffic')
    run.publish(0, { node: 'n0' })
    run.publish(1, { node: 'n1' })
    run.take({ type: 'killed', at: 0, node: 'n0' })
    run.until(1_000)
    run.published(1)
    run.until(60_000)
    expect(run.now().unavailable.longest).toBe(1_000)
  })

  test('does not come of what an epoch has left open', () => {
    const run = stage()
    run.phase('traffic')
    run.publish(0)
    run.phase('heal')
    run.until(3_000)
    run.take({ type: 'end', at: 3_000 })
    run.epoch()
    run.until(60_000)
    run.publish(0)
    run.until(60_100)
    run.published(0)
    expect(run.now().unavailable.longest).toBe(3_000)
  })
})
