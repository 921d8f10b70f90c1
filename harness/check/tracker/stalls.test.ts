import { expect, test } from 'vitest'
import { headerOf } from '../testing/examine.case.ts'
import { type Happening, stalls } from '../testing/story.case.ts'
import { createStalls } from './stalls.ts'

/** The story's publishes time out after 100 ms, so that a stall counts from 50 ms on. */
function after(...happened: readonly Happening[]) {
  const tracker = createStalls(headerOf())
  for (const event of happened.flat()) tracker.step(event)
  return tracker
}

test('when the harness stood still, the machine did', () => {
  const found = after(stalls(100, 200))
  expect([found.touch(150, 160), found.touch(0, 100), found.touch(0, 99), found.touch(201, 300)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('when the system kept its witness waiting, the machine stood still', () => {
  expect(after(stalls(100, 200, 'server')).touch(150, 160)).toBe(true)
})

test('when the system stood still, no node could continue', () => {
  expect(after(stalls(100, 200, 'server')).touch(150, 160)).toBe(true)
})

test('a short one is no excuse', () => {
  expect(after(stalls(100, 149)).touch(0, 1_000)).toBe(false)
})

test('short ones that follow each other add up, within the time that a time-out takes', () => {
  const found = after(stalls(100, 130), stalls(160, 190))
  expect([found.touch(0, 99), found.touch(140, 150), found.touch(191, 900)]).toEqual([false, true, false])
  expect(after(stalls(100, 130), stalls(160, 179)).touch(0, 900)).toBe(false)
  expect(after(stalls(100, 130), stalls(180, 210)).touch(0, 900)).toBe(false)
})

test('a long row is one as a short row is, whether its parts abut or not', () => {
  const chain = [100, 130, 160, 190, 220, 250].map((at) => stalls(at, at + 30))
  expect(after(...chain).touch(200, 201)).toBe(true)
  const gaps = [100, 140, 180, 220, 260, 300].map((at) => stalls(at, at + 30))
  const found = after(...gaps)
  expect([found.touch(135, 136), found.touch(250, 251), found.touch(331, 900)]).toEqual([true, true, false])
})

test('of nodes, what each waited for a processor adds up, and not that of several', () => {
  expect(after(stalls(100, 130, 'n1', 30), stalls(140, 200, 'n1', 30)).touch(150, 160)).toBe(true)
  expect(after(stalls(100, 130, 'n1', 30), stalls(140, 200, 'n1', 10)).touch(150, 160)).toBe(false)
  expect(after(stalls(100, 130, 'n1', 30), stalls(140, 200, 'n2', 30)).touch(150, 160)).toBe(false)
  expect(after(stalls(100, 130), stalls(140, 200, 'n2', 30)).touch(150, 160)).toBe(false)
})

test('a system that is slow all the time has not stood still', () => {
  const looks = [100, 140, 180, 220, 260, 300].map((at) => stalls(at, at + 30, 'server'))
  expect(after(...looks).touch(0, 900)).toBe(false)
})

test('a process that stands still alone may have stopped itself', () => {
  expect(after(stalls(100, 900, 'n1')).touch(0, 1_000)).toBe(false)
  expect(after(stalls(100, 400, 'n1'), stalls(500, 900, 'n1')).touch(0, 1_000)).toBe(false)
  expect(after(stalls(100, 300, 'n1'), stalls(400, 900, 'n2')).touch(0, 1_000)).toBe(false)
})

test('two processes that stand still at once show that the machine did, for as long as both', () => {
  const found = after(stalls(100, 300, 'n1'), stalls(200, 900, 'n2'))
  expect([found.touch(190, 199), found.touch(250, 260), found.touch(301, 900)]).toEqual([false, true, false])
  // Together for too short a time.
  expect(after(stalls(100, 300, 'n1'), stalls(260, 900, 'n2')).touch(0, 1_000)).toBe(false)
})

test('a process that stands still while the harness does excuses nothing beyond that', () => {
  const found = after(stalls(100, 900, 'n1'), stalls(100, 200))
  expect([found.touch(150, 160), found.touch(300, 800)]).toEqual([true, false])
})

test('a process that stands still alone did not stop itself while it waited for a processor for as long', () => {
  expect(after(stalls(100, 400, 'n1', 50)).touch(150, 160)).toBe(true)
  expect(after(stalls(100, 400, 'n1', 49)).touch(150, 160)).toBe(false)
  expect(after(stalls(100, 400, 'n1', 49)).touchBriefly(150, 160)).toBe(true)
})
