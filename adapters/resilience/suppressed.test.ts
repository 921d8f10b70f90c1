import { expect, test } from 'vitest'
import type { Observation, Site } from '../../harness/adapter.ts'
import { createSuppress } from './suppressed.ts'

const told: Observation[] = []
const site = { observe: (observation: Observation) => void told.push(observation) } as unknown as Site

test('the same error again and again is told ever more seldom, with how often it has happened', () => {
  told.length = 0
  const suppress = createSuppress(site, 'c0')
  for (let time = 0; time < 1_000; time++) suppress('fetch', new Error('password=hunter2'))
  suppress('commit', new Error('no'))
  expect(told.map((one) => one.type === 'suppressed' && [one.consumer, one.during, one.times])).toEqual([
    ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((times) => ['c0', 'fetch', times]),
    ['c0', 'commit', 1],
  ])
  expect(told[0]).toMatchObject({ error: { code: 'CONNECTION_FAILED', message: 'password=***' } })
})

test('an error of no consumer names none', () => {
  told.length = 0
  createSuppress(site)('relay', new Error('no'))
  expect(told).toMatchObject([{ type: 'suppressed', during: 'relay', times: 1 }])
  expect(told[0]).not.toHaveProperty('consumer')
})
