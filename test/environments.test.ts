/** A certificate for the settings of one environment. */
import { expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import type { CertifyOptions } from '../harness/certify-options.ts'
import { message, plan } from '../harness/plan/parts.case.ts'
import { replay } from '../harness/replay.ts'

const HANGS = new URL('fixtures/hangs-in-production.ts', import.meta.url)
const checked = plan({ messages: [message()], healthChecks: [{ node: 0, at: 100, every: 50, times: 4 }] })

const certified = (options: CertifyOptions) =>
  certify(HANGS, {
    site: 'simulated',
    lanes: 1,
    plans: [checked],
    only: ['health'],
    shrink: 0,
    failures: null,
    ...options,
  })

const failing = async (options: CertifyOptions): Promise<readonly string[]> =>
  (await certified(options)).verdicts.flatMap(({ clause, verdict }) => (verdict === 'fail' ? [clause] : []))

test('every bus has the defaults of the environment that was asked for', async () => {
  const seeds = Array.from({ length: 5 }, (_, seed) => ({ ...checked, seed }))
  expect(await failing({ plans: seeds, environment: 'development' })).toEqual([])
  expect(await failing({ plans: seeds, environment: 'staging' })).toEqual([])
  for (const one of seeds) expect(await failing({ plans: [one], environment: 'production' })).toContain('health/1')
})

test('a failure is found, shrunk and replayed with its environment', async () => {
  const { settings, failures } = await certified({ environment: 'production', shrink: 5_000 })
  expect(settings).toBe('production')
  const found = failures[0]?.plan
  expect(found?.environment).toBe('production')
  if (found === undefined) return
  expect(await replay(HANGS, found, { site: 'simulated', clause: 'health/1' })).toMatchObject({ failed: 1 })
  const other = { ...found, environment: 'staging' }
  expect(await replay(HANGS, other, { site: 'simulated', clause: 'health/1' })).toMatchObject({ failed: 0 })
})

test('a plan for an environment that nobody claims cannot run', async () => {
  await expect(replay(HANGS, { ...checked, environment: 'moon' })).rejects.toThrow(
    'the plan cannot run: no environment moon claimed',
  )
})
