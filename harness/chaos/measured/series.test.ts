import { expect, test } from 'vitest'
import { createRecorder } from './series.ts'

function recorded() {
  const time = { now: 5_000 }
  const recorder = createRecorder(() => time.now)
  const second = (...latencies: readonly number[]): void => {
    for (const ms of latencies) recorder.acknowledged(ms)
    time.now += 1_000
    recorder.tick()
  }
  return { time, recorder, second }
}

test('a point for each second: the rate, and the latencies of what was acknowledged in it', () => {
  const { recorder, second } = recorded()
  second(10, 30, 20)
  second()
  second(7)
  expect(recorder.series().points).toEqual([
    { at: 0, rate: 3, p50: 20, p99: 30 },
    { at: 1_000, rate: 0, p50: null, p99: null },
    { at: 2_000, rate: 1, p50: 7, p99: 7 },
  ])
})

test('faults as bands; one that has not ended reaches to now', () => {
  const { recorder, second, time } = recorded()
  const end = recorder.fault('publish: refuse')
  second()
  end()
  time.now += 500
  end()
  recorder.fault('consume: reset')
  second()
  expect(recorder.series().bands).toEqual([
    { from: 0, to: 1_000, name: 'publish: refuse' },
    { from: 1_500, to: 2_500, name: 'consume: reset' },
  ])
})

test('a long run has no more points than a short one, and keeps its peaks', () => {
  const { recorder, second } = recorded()
  for (let index = 0; index < 10_000; index++) second(...(index === 4_321 ? [900, 5] : [5]))
  const { points } = recorder.series()
  expect(points.length).toBeLessThanOrEqual(600)
  expect(points.length).toBeGreaterThan(250)
  expect(Math.max(...points.map(({ p99 }) => p99 ?? 0))).toBe(900)
  expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).sort((one, other) => one - other))
})

test('bands are bounded too', () => {
  const { recorder } = recorded()
  for (let index = 0; index < 5_000; index++) recorder.fault('publish: reset')()
  expect(recorder.series().bands).toHaveLength(1_000)
})
