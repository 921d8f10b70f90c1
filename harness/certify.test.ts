import { expect, test } from 'vitest'
import { certify } from './certify.ts'
import type { CertifyOptions } from './certify-options.ts'
import { UsageError } from './errors.ts'
import type { Plan } from './plan/plan.ts'
import { replay } from './replay.ts'

/** Options are looked at before anything is loaded, so there need not be a module. */
const NOWHERE = 'file:///no/such/bus.ts'
const bad = { version: 2 } as unknown as Plan

test.each<[CertifyOptions, string]>([
  [{ plans: [bad] }, 'plans[0]: version: '],
  [{ plans: [] }, 'plans is empty: give at least one plan'],
  [{ only: [] }, '--only names nothing'],
  [{ only: ['speed'] }, 'speed: there is no such clause or area'],
  [{ level: 'core', only: ['retry/1'] }, '--only retry/1: level core judges'],
])('certify refuses %j', async (options, sentence) => {
  await expect(certify(NOWHERE, options)).rejects.toThrow(UsageError)
  await expect(certify(NOWHERE, options)).rejects.toThrow(sentence)
})

test('replay refuses a plan that is none', async () => {
  await expect(replay(NOWHERE, bad)).rejects.toThrow(UsageError)
  await expect(replay(NOWHERE, bad)).rejects.toThrow('the plan: version: ')
})
