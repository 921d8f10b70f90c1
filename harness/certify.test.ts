import { expect, test } from 'vitest'
import { certify } from './certify.ts'
import type { CertifyOptions } from './certify-options.ts'
import { UsageError } from './errors.ts'
import type { Plan } from './plan/plan.ts'
import { replay } from './replay.ts'

/** Options are looked at before anything is loaded, so there need not be a module. */
const NOWHERE = 'file:///no/such/bus.ts'
const bad = { version: 9 } as unknown as Plan

test.each<[CertifyOptions, string]>([
  [{ plans: [bad] }, 'plans[0]: version: '],
  [{ runs: Number.NaN }, 'runs NaN is not allowed: give a whole number of runs from 1 to 1000000'],
  [{ runs: 0 }, 'runs 0 is not allowed: '],
  [{ seed: 1.5 }, 'seed 1.5 is not allowed: give a whole number from 0 to 4294967295'],
  [{ lanes: Number.POSITIVE_INFINITY }, 'lanes Infinity is not allowed: give a whole number of lanes from 1 to 64'],
  [{ servers: -3 }, 'servers -3 is not allowed: give a whole number of servers from 1 to 99'],
  [{ runs: '5' as unknown as number }, 'runs "5" is not allowed: '],
  [{ plans: [] }, 'plans is empty: give at least one plan'],
  [{ waivers: [{ clause: 'no/1' }] as never }, 'waivers: [0].clause: must be the id of a clause'],
  [{ only: [] }, '--only is empty'],
  [{ only: ['speed'] }, 'speed: unknown clause or area'],
  [{ level: 'core', only: ['retry/1'] }, '--only retry/1: level core judges'],
])('certify refuses %j', async (options, sentence) => {
  await expect(certify(NOWHERE, options)).rejects.toThrow(UsageError)
  await expect(certify(NOWHERE, options)).rejects.toThrow(sentence)
})

test('replay refuses a figure that is none', async () => {
  await expect(replay(NOWHERE, bad, { repeat: Number.NaN })).rejects.toThrow(
    new UsageError('repeat NaN is not allowed: give a whole number of repetitions from 1 to 1000'),
  )
})

test('replay refuses a plan that is none', async () => {
  await expect(replay(NOWHERE, bad)).rejects.toThrow(UsageError)
  await expect(replay(NOWHERE, bad)).rejects.toThrow('the plan: version: ')
})
