import { afterEach, expect, test, vi } from 'vitest'
import { PassingError, SiteError } from '../errors.ts'
import { ToxiproxyError } from '../link/toxiproxy-control.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { plan } from '../plan/parts.case.ts'
import type { RunEnvironment } from './environment.ts'
import type { RunOutcome } from './outcome.ts'
import { runPlan } from './run.ts'

afterEach(() => vi.restoreAllMocks())

/** A run on a site whose nodes do nothing, with what it was warned of. */
async function run(site: Partial<Pick<RunEnvironment, 'readWitness'>> & { readonly dispose?: () => Promise<void> }) {
  const warned: string[] = []
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warned.push(String(warning)))
  const began = performance.now()
  const environment = {
    links: {},
    config: { prefix: 'bp_', credentials: {}, canaries: {}, addresses: {}, epoch: 0 },
    now: () => performance.now() - began,
    host: async () => ({ send: async () => undefined, kill: async () => undefined }),
    census: async () => undefined,
    readWitness: site.readWitness ?? (async () => undefined),
    [Symbol.asyncDispose]: site.dispose ?? (async () => undefined),
  } as unknown as RunEnvironment
  const outcome: RunOutcome = await runPlan({
    adapter: { name: 'a', system: 's', claims: exampleClaims },
    plan: plan({ settings: { 'recovery.deadline': 100, 'publish.deadline': 100 } }),
    site: 'real',
    witness: 'none',
    prefix: 'bp_',
    prepare: async () => environment,
    keepHistory: false,
  })
  return { outcome, warned }
}
const fails = (error: Error) => async (): Promise<never> => {
  throw error
}

test('what a run has shown is kept where what it made cannot be removed', { timeout: 20_000 }, async () => {
  const { outcome, warned } = await run({ dispose: fails(new Error('it is stuck')) })
  expect(outcome.error).toBeNull()
  expect(Object.keys(outcome.findings)).toContain('delivery/1')
  expect(warned).toEqual(['what run bp_ created may remain: it is stuck'])
})

test('why a run failed is told, and not what failed after it', { timeout: 20_000 }, async () => {
  const { outcome } = await run({ readWitness: fails(new SiteError('first')), dispose: fails(new Error('second')) })
  expect(outcome).toMatchObject({ error: 'first', findings: {} })
  expect(outcome.passing).toBeUndefined()
})

test.each([
  ['toxiproxy', new ToxiproxyError('no answer')],
  ['site', new PassingError('no answer')],
  ['site', new SiteError('the witness cannot read', { cause: new PassingError('no answer') })],
])('says what a fresh attempt has to be spared: %s', { timeout: 20_000 }, async (passing, error) => {
  expect((await run({ readWitness: fails(error) })).outcome).toMatchObject({ error: error.message, passing })
})

test('what a child says when its run was interrupted goes nowhere', { timeout: 20_000 }, async () => {
  const written: string[] = []
  let say = (): void => undefined
  const outcome = await runPlan({
    adapter: { name: 'a', system: 's', claims: exampleClaims },
    plan: plan(),
    site: 'simulated',
    witness: 'none',
    prefix: 'bp_',
    prepare: async ({ record }) => {
      say = () => record({ type: 'logged', node: 'n0', stream: 'stdout', text: 'late', at: 1 })
      throw new SiteError('interrupted')
    },
    keepHistory: true,
    write: ({ type }) => written.push(type),
  })
  say()
  expect(written).toEqual(['run'])
  expect(outcome.history?.events).toEqual([])
})
