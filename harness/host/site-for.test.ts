import { expect, test } from 'vitest'
import type { Role } from '../adapter.ts'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { exampleConfiguration } from '../claims/configuration.case.ts'
import { UsageError } from '../errors.ts'
import { plan } from '../plan/parts.case.ts'
import type { NodeConfig } from './host.ts'
import { siteFor } from './site-for.ts'

const LINK = { host: '127.0.0.1', port: 7001 }
const config = {
  node: 'n1',
  plan: plan(),
  addresses: { publish: [LINK] },
  claims: STORY_CLAIMS,
} as unknown as NodeConfig
const site = siteFor(config, { dial: () => Promise.reject(new Error('dialled')), observe: () => undefined })

test('gives the addresses of a role, and dials it', async () => {
  expect([site.address('publish'), site.addresses('publish'), site.route('publish', LINK)]).toEqual([
    LINK,
    [LINK],
    LINK,
  ])
  await expect(site.dial('publish')).rejects.toThrow('dialled')
})

test('names the roles to an adapter that asks for another', async () => {
  const former = 'deadletter' as Role
  const sentence = "the adapter asks for a link of the role 'deadletter': the roles are publish, consume, dead-letter"
  for (const ask of [() => site.address(former), () => site.addresses(former), () => site.route(former, LINK)]) {
    expect(ask).toThrow(UsageError)
    expect(ask).toThrow(sentence)
  }
  await expect(site.dial(former)).rejects.toThrow(sentence)
})

test('gives settings if they are claimed, and in them every figure that they decide', () => {
  expect(site.settings).toBe(undefined)
  const claims = { ...STORY_CLAIMS, configuration: exampleConfiguration }
  const { settings } = siteFor({ ...config, claims }, { dial: () => Promise.reject(), observe: () => undefined })
  expect(JSON.stringify(settings)).toMatch(/TIMEOUT.*0\.1/)
})
