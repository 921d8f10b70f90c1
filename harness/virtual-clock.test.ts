import { expect, test } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

const runAll = (clock: VirtualClock): void => {
  while (clock.fireNext());
}

test('timers fire by time, and those of one time in the order in which they were set', () => {
  const clock = new VirtualClock()
  const fired: string[] = []
  for (const [name, delay] of [
    ['c', 30],
    ['a', 10],
    ['d', 30],
    ['b', 20],
    ['e', 30],
  ] as const) {
    clock.set(delay, () => fired.push(`${name}@${clock.now}`))
  }
  runAll(clock)
  expect(fired).toEqual(['a@10', 'b@20', 'c@30', 'd@30', 'e@30'])
})

test('a thousand timers in any order come out sorted', () => {
  const clock = new VirtualClock()
  const fired: number[] = []
  for (let index = 0; index < 1_000; index++) clock.set((index * 7919) % 1_000, () => fired.push(clock.now))
  runAll(clock)
  expect(fired).toEqual([...fired].sort((a, b) => a - b))
  expect(fired).toHaveLength(1_000)
})

test('a cleared timer neither fires nor counts, and clearing it twice changes nothing', () => {
  const clock = new VirtualClock()
  const timer = clock.set(5, () => expect.unreachable('it was cleared'))
  clock.set(6, () => undefined)
  clock.clear(timer)
  clock.clear(timer)
  expect(clock.pending()).toBe(1)
  runAll(clock)
  expect([clock.pending(), clock.now]).toEqual([0, 6])
})

test('a cleared timer, whose time is yet to come, keeps nothing alive', () => {
  const clock = new VirtualClock()
  const timer = clock.set(5_000, () => undefined, 'n0', new Error('set'))
  expect(clock.origins('n0')).toHaveLength(1)
  clock.clear(timer)
  expect(timer).toMatchObject({ callback: null, origin: null })
  expect(clock.origins('n0')).toEqual([])
})

test('timers of the network are not counted as held by anybody', () => {
  const clock = new VirtualClock()
  clock.set(5, () => undefined, null)
  expect(clock.pending()).toBe(0)
  expect(clock.fireNext()).toBe(true)
})

test('timers are counted by their owners', () => {
  const clock = new VirtualClock()
  clock.set(5, () => undefined, 'n0')
  const second = clock.set(6, () => undefined, 'n1')
  clock.set(7, () => undefined)
  expect([clock.pending('n0'), clock.pending('n1'), clock.pending()]).toEqual([1, 1, 1])
  clock.clear(second)
  clock.fireNext()
  expect([clock.pending('n0'), clock.pending('n1'), clock.pending()]).toEqual([0, 0, 1])
})

test('a reset forgets everything', () => {
  const clock = new VirtualClock()
  clock.set(5, () => undefined)
  clock.fireNext()
  clock.set(5, () => expect.unreachable('it was forgotten'))
  clock.reset()
  expect([clock.now, clock.pending(), clock.fireNext()]).toEqual([0, 0, false])
})

test('fires nothing that is due later than it is told', () => {
  const clock = new VirtualClock()
  const fired: number[] = []
  for (const delay of [5, 10, 15]) clock.set(delay, () => fired.push(delay))
  while (clock.fireNext(10));
  expect([[...fired], clock.now, clock.fireNext(10), clock.fireNext()]).toEqual([[5, 10], 10, false, true])
})

test('a timer that is not held fires, and counts for nobody', () => {
  const clock = new VirtualClock()
  const fired: string[] = []
  const timer = clock.set(5, () => fired.push('it'), 'n0', new Error('set'))
  clock.hold(timer, false)
  expect([clock.pending('n0'), clock.origins('n0')]).toEqual([0, []])
  clock.hold(timer, true)
  clock.hold(timer, true)
  expect(clock.pending('n0')).toBe(1)
  clock.hold(timer, false)
  runAll(clock)
  expect([fired, clock.pending('n0')]).toEqual([['it'], 0])
  clock.hold(timer, true)
  expect(clock.pending('n0')).toBe(0)
})
