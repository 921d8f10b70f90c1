import { stat } from 'node:fs'
import { expect, test } from 'vitest'
import { loadingSettled } from './outside.ts'

const real = { setImmediate, setTimeout, now: () => performance.now() }

/** As a cache does that looks after its files: one after the other, and nobody waits for it. */
function look(times: number, done: () => void): void {
  if (times === 0) done()
  else stat(new URL(import.meta.url), () => look(times - 1, done))
}

test('a module whose work with files goes on when it is loaded is waited for', async () => {
  let isDone = false
  look(500, () => {
    isDone = true
  })
  await loadingSettled(real)
  expect(isDone).toBe(true)
})

test('work with files that never ends is left for the run to find', async () => {
  let isOver = false
  const again = (): void => (isOver ? undefined : look(1, again))
  again()
  const clock = { at: 0 }
  await loadingSettled({ ...real, now: () => (clock.at += 1_000) })
  isOver = true
  // Each turn looked at the clock.
  expect(clock.at).toBeGreaterThan(5_000)
})
