/** Correct buses of other styles are accused of nothing. `npm run soak` looks longer; here a few plans of each lean must do. */

import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { BusAdapter } from '../harness/adapter.ts'
import { certify } from '../harness/certify.ts'
import { lacksOf } from '../harness/load/system-check.ts'
import { fitPlan } from '../harness/plan/fit.ts'
import { generatePlan } from '../harness/plan/generate.ts'
import type { System } from '../harness/system-contract.ts'
import type { Lean } from '../spec/clause.ts'
import { OTHER_STYLES } from './buses/list.ts'
import { violated } from './violated.case.ts'

const LIMIT = 120_000
const SEED = 20
const folder = new URL('buses/', import.meta.url)

const LEANS: readonly (readonly Lean[])[] = [
  [],
  [],
  ['publish-outage'],
  ['retries'],
  ['hung-probes'],
  ['consume-outage'],
  ['dead-letter-outage'],
  ['handler-waits'],
  ['group-churn'],
  ['close-in-traffic'],
  ['bursts'],
]

describe('buses of other styles', () => {
  test.each(OTHER_STYLES)(
    '%s is accused of nothing',
    async (name) => {
      const module = new URL(name, folder)
      const { default: adapter } = (await import(module.href)) as { readonly default: BusAdapter }
      const system = (await import(`../systems/${adapter.system}/index.ts`)) as { readonly default: System }
      const { claims } = adapter
      const shape = { claims, site: 'simulated', outages: ['pause', 'restart', 'clock-step'] } as const
      const plans = LEANS.map((leans, index) => generatePlan({ ...shape, leans }, SEED, index))
      const certificate = await certify(module, {
        plans: plans.map((plan) => fitPlan(plan, claims, lacksOf(system.default, adapter.witness))),
        bail: false,
        failures: null,
        regressions: null,
        shrink: 0,
        lanes: 1,
      })
      expect([certificate.error, certificate.runs]).toEqual([null, LEANS.length])
      expect(violated(certificate)).toEqual([])
    },
    LIMIT,
  )

  test('are all in the list, and share nothing with the shipped ones', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'))
    const texts = await Promise.all(
      files.map(async (file) => [file, await readFile(new URL(file, folder), 'utf8')] as const),
    )
    const adapters = texts.filter(([, text]) => text.includes('satisfies BusAdapter')).map(([file]) => file)
    expect(adapters.toSorted()).toEqual([...OTHER_STYLES].toSorted())
    expect(texts.filter(([, text]) => /from '.*(adapters|busproof)\//.test(text)).map(([file]) => file)).toEqual([])
  })
})
