import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../check/testing/claims.case.ts'
import { ill, well } from '../check/testing/story.case.ts'
import type { Asked } from '../claims/descriptor.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { BusHealth } from '../vocabulary.ts'
import { checkOnce, checkUntilWell } from './watching.ts'

const QUICK: ResolvedClaims = { ...ALL_CLAIMS, health: { timeout: 5, age: 1 }, recovery: { deadline: 30 } }

/** A bus that answers these one after another, and the last of them from then on. */
function of(answers: readonly (BusHealth | Error | 'never')[], claims = QUICK) {
  const told: string[] = []
  let count = 0
  const asked = {
    bus: {
      health() {
        const answer = answers[Math.min(count++, answers.length - 1)]
        if (answer === 'never') return new Promise<BusHealth>(() => undefined)
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as BusHealth)
      },
    },
    claims,
    tell: (event: { readonly type: string }) => void told.push(event.type),
    see: () => ({ code: null, effect: null, retryable: null, message: 'failed', causes: [] }),
    redacted: (given: unknown) => given,
    check: (_: unknown, given: unknown) => given,
  } as unknown as Asked
  return { asked, told, count: () => count }
}

test('a bus that is well is asked once', async () => {
  const { asked, told, count } = of([well(0)])
  await checkUntilWell(asked, 'calm', () => false)
  expect(count()).toBe(1)
  expect(told).toEqual(['health-check', 'health-checked'])
})

test('one that is not is asked until it is', async () => {
  const { asked, count } = of([ill(0), new Error('no'), well(0, { ready: false }), well(0)])
  await checkUntilWell(asked, 'calm', () => false)
  expect(count()).toBe(4)
})

test('one that stays ill is asked until it must be well, and no longer', async () => {
  const { asked, count } = of([ill(0)])
  await checkUntilWell(asked, 'calm', () => false)
  // 30 ms to recover, 5 ms for a look and 1 ms of age, in ten parts, and once more when that is over.
  expect(count()).toBeGreaterThan(10)
  expect(count()).toBeLessThan(15)
})

test('one that closes is not asked any more', async () => {
  const { asked, count } = of([ill(0)])
  await checkUntilWell(asked, 'calm', () => count() > 1)
  expect(count()).toBe(2)
})

test('an answer that never comes is not waited for', async () => {
  const { asked, told } = of(['never'])
  expect(await checkOnce(asked, 'once')).toBeNull()
  expect(told).toEqual(['health-check'])
})

test('nobody is asked who does not claim it', async () => {
  const { health: _, ...without } = QUICK
  const { asked, count } = of([well(0)], without as ResolvedClaims)
  await checkUntilWell(asked, 'calm', () => false)
  expect(await checkOnce(asked, 'once')).toBeNull()
  expect(count()).toBe(0)
})
