/** Of a bus that shows its secrets everywhere, none is in anything that the harness writes. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import { renderConsole } from '../harness/report/console.ts'
import { renderJson } from '../harness/report/json.ts'
import { renderJunit } from '../harness/report/junit.ts'

/** Every secret that the simulated site plants begins so, and what stands for one in a report does not. */
const CANARY = /canary-/
const PLANTED = ['token', 'payload', 'header']

let folder: string
let certificate: Certificate
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-secrets-'))
  const module = new URL('fixtures/leaks-everywhere.ts', import.meta.url)
  certificate = await certify(module, {
    site: 'simulated',
    only: ['fail-fast/4', 'fail-fast/5'],
    plans: [await planWithSecrets()],
    bail: false,
    // A failure made small would show few of them.
    shrink: 0,
    failures: folder,
  })
}, 120_000)
afterAll(() => rm(folder, { recursive: true }))

/** Its first publishes fail, and every message has private text in it. */
async function planWithSecrets(): Promise<Plan> {
  const scenarios = await loadScenarios(new URL('../scenarios/', import.meta.url))
  const plan = scenarios.find(({ name }) => name === 'First connection refused')?.plan
  if (plan === undefined) throw new Error('there is no such scenario')
  return { ...plan, messages: plan.messages.map((message) => ({ ...message, body: 'json', headers: 'text' })) }
}

async function written(): Promise<Record<string, string>> {
  const files = (await readdir(folder, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile())
  const texts = files.map(
    async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'utf8')] as const,
  )
  return Object.fromEntries(await Promise.all(texts))
}

it('is caught, and the history that is stored names what was shown', async () => {
  expect(certificate.error).toBeNull()
  expect(certificate.verdicts.find(({ clause }) => clause === 'fail-fast/4')).toMatchObject({ verdict: 'fail' })
  const stored = Object.values(await written()).join('\n')
  for (const name of PLANTED) expect([name, stored.includes(`[secret:${name}]`)]).toEqual([name, true])
})

it('no secret is in the certificate, in a report of it, or in what is stored of a failure', async () => {
  const reports = {
    certificate: JSON.stringify(certificate),
    console: renderConsole(certificate),
    json: renderJson(certificate),
    junit: renderJunit(certificate),
  }
  const texts = Object.entries({ ...reports, ...(await written()) })
  expect(texts.length).toBeGreaterThan(5)
  for (const [name, text] of texts) expect([name, CANARY.exec(text)?.[0] ?? null]).toEqual([name, null])
})
