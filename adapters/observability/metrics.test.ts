import { afterEach, expect, test, vi } from 'vitest'
import type { Bus, Observation, Receipt, Site } from '../../harness/adapter.ts'
import { BUS_METRICS, metricsClaim, withMetrics } from './metrics.ts'

afterEach(() => void vi.restoreAllMocks())

const MESSAGE = { topic: 't', key: null, value: null, headers: [] }

/** A bus whose publishes settle as they are told to, and the line of a metric. */
function of(receipts: readonly (Receipt | Error)[] = [], names = BUS_METRICS) {
  const seen: Observation[] = []
  const left = [...receipts]
  let observe: Site['observe'] = () => undefined
  let handle: (() => Promise<void>) | undefined
  const claims = { breaker: {}, degradation: {}, deadLetter: {} }
  const site = { claims, observe: (observation: Observation) => void seen.push(observation) } as unknown as Site
  const bus = withMetrics(
    site,
    (inner) => {
      observe = inner.observe
      const publish: Bus['publish'] = async () => {
        const next = left.shift() ?? new Error('nothing is left')
        if (next instanceof Error) throw next
        return next
      }
      return {
        publish,
        publishBatch: async (batch) =>
          Promise.all(
            batch.map(() =>
              publish(MESSAGE, { op: '' }).catch(() => ({ status: 'failed', error: undefined }) as never),
            ),
          ),
        subscribe: async (_, handler) => {
          handle = () => handler({ message: MESSAGE, attempt: 1 })
          return { close: async () => undefined }
        },
        close: async () => undefined,
      }
    },
    names,
  )
  const line = async (series: string) =>
    (await bus.metrics?.())?.split('\n').find((one) => one.startsWith(`${series} `))
  return { bus, seen, line, observe: (given: Observation) => observe(given), handle: () => handle?.() }
}

const ACKNOWLEDGED = `${BUS_METRICS.publishes}{outcome="acknowledged"}`
const FAILED = `${BUS_METRICS.publishes}{outcome="failed"}`

test('publishes count once they settle, alone and in a batch, and callers get what they would', async () => {
  const receipt = { status: 'acknowledged' } as const
  const { bus, line } = of([receipt, new Error('no'), receipt, new Error('no'), new Error('no')])
  expect(await line(ACKNOWLEDGED)).toBe(`${ACKNOWLEDGED} 0`)
  expect(await bus.publish(MESSAGE, { op: 'm1' })).toBe(receipt)
  await expect(bus.publish(MESSAGE, { op: 'm2' })).rejects.toThrow('no')
  await bus.publishBatch?.([1, 2, 3].map((op) => ({ message: MESSAGE, op: `m${op}` })))
  expect(await line(ACKNOWLEDGED)).toBe(`${ACKNOWLEDGED} 2`)
  expect(await line(FAILED)).toBe(`${FAILED} 3`)
})

test('what is queued waits, and counts when it has settled', async () => {
  const { bus, line, observe, seen } = of([{ status: 'queued' }, { status: 'queued' }])
  await bus.publish(MESSAGE, { op: 'm1' })
  await bus.publish(MESSAGE, { op: 'm2' })
  expect(await line(BUS_METRICS.queued)).toBe(`${BUS_METRICS.queued} 2`)
  observe({ type: 'settled', op: 'm1', status: 'acknowledged' })
  observe({ type: 'settled', op: 'm2', status: 'failed', error: new Error('no') as never })
  expect(seen).toHaveLength(2)
  expect([await line(BUS_METRICS.queued), await line(ACKNOWLEDGED), await line(FAILED)]).toEqual([
    `${BUS_METRICS.queued} 0`,
    `${ACKNOWLEDGED} 1`,
    `${FAILED} 1`,
  ])
})

test('handlers count when they resolve', async () => {
  const { bus, line, handle } = of()
  let fails = true
  await bus.subscribe({ consumer: 'c', group: 'g', topics: ['t'], from: 'earliest' }, async () => {
    if (fails) throw new Error('no')
  })
  await expect(handle()).rejects.toThrow('no')
  fails = false
  await handle()
  expect(await line(BUS_METRICS.handled)).toBe(`${BUS_METRICS.handled} 1`)
})

test('the breaker is in one state', async () => {
  const { bus, observe } = of()
  observe({ type: 'breaker-changed', from: 'closed', to: 'open' })
  observe({ type: 'breaker-changed', from: 'open', to: 'half-open' })
  const states = (await bus.metrics?.())?.split('\n').filter((one) => one.startsWith(BUS_METRICS.breaker))
  expect(states?.filter((one) => one.endsWith(' 1'))).toEqual([`${BUS_METRICS.breaker}{state="half-open"} 1`])
  expect(states).toHaveLength(5)
})

test('one that settles before its caller is told that it was queued', async () => {
  const { bus, line, observe } = of([{ status: 'queued' }])
  observe({ type: 'settled', op: 'm1', status: 'acknowledged' })
  expect(await line(BUS_METRICS.queued)).toBe(`${BUS_METRICS.queued} 0`)
  await bus.publish(MESSAGE, { op: 'm1' })
  expect(await line(BUS_METRICS.queued)).toBe(`${BUS_METRICS.queued} 0`)
})

test('only what the bus has is claimed, and exposed', async () => {
  expect(Object.keys(metricsClaim({}))).toEqual(['acknowledged', 'failed', 'handled'])
  expect(metricsClaim({ breaker: {}, degradation: {}, deadLetter: {} })).toEqual({
    acknowledged: ACKNOWLEDGED,
    failed: FAILED,
    handled: BUS_METRICS.handled,
    deadLettered: BUS_METRICS.deadLetters,
    queued: BUS_METRICS.queued,
    breaker: BUS_METRICS.breaker,
  })
  const site = { claims: {}, observe: () => undefined } as unknown as Site
  const plain = withMetrics(site, () => ({ close: async () => undefined }) as Bus)
  const exposed = [...`${await plain.metrics?.()}`.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  expect(exposed).toEqual([BUS_METRICS.publishes, BUS_METRICS.handled, BUS_METRICS.responseTime.name])
})

test('a bus of a class keeps its methods', async () => {
  class Own implements Bus {
    #isOpen = true
    publish: Bus['publish'] = async () => ({ status: 'acknowledged' })
    subscribe: Bus['subscribe'] = async () => ({ close: async () => undefined })
    async flush() {
      if (!this.#isOpen) throw new Error('closed')
    }
    async close() {
      this.#isOpen = false
    }
  }
  const site = { claims: {}, observe: () => undefined } as unknown as Site
  const bus = withMetrics(site, () => new Own())
  await bus.flush?.()
  await bus.close()
  await expect(bus.flush?.()).rejects.toThrow('closed')
  expect(bus.publishBatch).toBeUndefined()
})

test('a health check sets the gauge', async () => {
  const told = ['degraded', 'healthy', 'unhealthy'] as const
  const left: string[] = [...told]
  const site = { claims: { health: {} }, observe: () => undefined } as unknown as Site
  const bus = withMetrics(site, () => ({ health: async () => ({ status: left.shift() }) }) as unknown as Bus)
  const line = async () => (await bus.metrics?.())?.split('\n').find((one) => one.startsWith(`${BUS_METRICS.health} `))
  const values: (string | undefined)[] = [await line()]
  for (const status of told) {
    expect(await bus.health?.()).toEqual({ status })
    values.push(await line())
  }
  expect(values).toEqual([0, 0.5, 1, 0].map((value) => `${BUS_METRICS.health} ${value}`))
})

test('each publish is timed until it settles for its caller, and failures have their share', async () => {
  const { bus, line } = of([{ status: 'acknowledged' }, new Error('no'), new Error('no')], {
    ...BUS_METRICS,
    errorRate: 'error_rate',
  })
  expect(await line('error_rate')).toBe('error_rate 0')
  await bus.publish(MESSAGE, { op: 'm1' })
  await expect(bus.publish(MESSAGE, { op: 'm2' })).rejects.toThrow('no')
  await bus.publishBatch?.([{ message: MESSAGE, op: 'm3' }])
  expect(await line(`${BUS_METRICS.responseTime.name}_count`)).toBe(`${BUS_METRICS.responseTime.name}_count 3`)
  expect(await line('error_rate')).toBe(`error_rate ${200 / 3}`)
})

test.each([
  ['seconds', 1.5],
  ['milliseconds', 1_500],
] as const)('publishes are timed in %s', async (unit, sum) => {
  vi.spyOn(performance, 'now').mockReturnValueOnce(100).mockReturnValueOnce(1_600)
  const { bus, line } = of([{ status: 'acknowledged' }], { ...BUS_METRICS, responseTime: { name: 'took', unit } })
  await bus.publish(MESSAGE, { op: 'm1' })
  expect(await line('took_sum')).toBe(`took_sum ${sum}`)
})
