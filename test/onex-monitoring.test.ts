/** The alerts and the dashboard for the buses of ONEX. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withMetrics } from '../adapters/observability/index.ts'
import { ONEX_METRICS } from '../adapters/onex/metrics.ts'
import onexMemory from '../adapters/onex-memory/index.ts'
import type { Bus, Site } from '../harness/adapter.ts'
import { parseExposition } from '../harness/claims/exposition.ts'
import { run } from '../scripts/components/command.ts'
import { requires } from './require.ts'

const MONITORING = fileURLToPath(new URL('../examples/monitoring/', import.meta.url))
const ALERTS = join(MONITORING, 'onex-alerts.yml')
const { code } = await run('promtool', ['--version'])
const missing = code === 0 ? null : 'promtool is not here: `npm run components -- prometheus` installs it.'

/** By metric, the labels that the bus exposes it with. */
async function exposed(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const site = { claims: onexMemory.claims, observe: () => undefined } as unknown as Site
  const bus = withMetrics(site, () => ({ health: async () => ({ status: 'healthy' }) }) as unknown as Bus, ONEX_METRICS)
  const labels = new Map<string, Set<string>>()
  for (const { name, labels: own } of parseExposition(`${await bus.metrics?.()}`).samples)
    labels.set(name, new Set([...(labels.get(name) ?? []), ...Object.keys(own)]))
  return labels
}

it('names only metrics and labels that the bus exposes', async () => {
  const texts = await Promise.all([ALERTS, join(MONITORING, 'grafana/onex.json')].map((file) => readFile(file, 'utf8')))
  const all = texts.join('\n').replaceAll('\\"', '"')
  const known = await exposed()
  const named = [...new Set(all.match(/omnibase_[a-z_]+/g))]
  expect(named.toSorted()).toEqual([...known.keys()].filter((name) => !/_(?:sum|count)$/.test(name)).toSorted())
  const selectors = [...all.matchAll(/(omnibase_[a-z_]+)\{(\w+)=/g)]
  expect(selectors.length).toBeGreaterThan(1)
  for (const [, name = '', label = ''] of selectors) expect(known.get(name)).toContain(label)
})

requires('prometheus', missing)('the alerts of ONEX', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-onex-alerts-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Looks at minutes: every 30 s a value of each series. */
  it.each([
    [
      'OnexUnhealthy',
      { omnibase_infrastructure_health: '1x3 0.5x10' },
      2.5,
      4,
      'b:1 has not been healthy for a minute.',
    ],
    [
      'OnexBreakerOpen',
      {
        'omnibase_circuit_breaker_state{state="open"}': '0x3 1x10',
        'omnibase_circuit_breaker_state{state="closed"}': '1x3 0x10',
      },
      2.5,
      4,
      'The circuit breaker of b:1 is open.',
    ],
    [
      'OnexPublishesFail',
      {
        'omnibase_publishes_total{outcome="acknowledged"}': '0+90x60',
        'omnibase_publishes_total{outcome="failed"}': '0x20 0+10x40',
      },
      10,
      24,
      '10% of the publishes of b:1 fail.',
    ],
    [
      'OnexPublishesSlow',
      {
        'omnibase_response_time_ms_bucket{le="1000"}': '0x60',
        'omnibase_response_time_ms_bucket{le="2500"}': '0+10x60',
        'omnibase_response_time_ms_bucket{le="+Inf"}': '0+10x60',
      },
      4,
      12,
      'One publish of b:1 in a hundred takes 2.485k ms.',
    ],
    ['OnexDeadLetters', { omnibase_dead_letters_total: '0x10 1x20' }, 5, 6, 'b:1 has stored dead letters.'],
    ['OnexQueueStays', { omnibase_events_queued: '0x4 3x20' }, 5, 8, 'Messages have waited in b:1 for 5 minutes.'],
  ])('%s is fired where it is to be, and not before', async (alert, series, before, after, summary) => {
    const labelled = (name: string): string =>
      name.includes('{') ? name.replace('}', ',instance="b:1"}') : `${name}{instance="b:1"}`
    const severity = alert === 'OnexUnhealthy' || alert === 'OnexBreakerOpen' ? 'critical' : 'warning'
    const labels = { severity, instance: 'b:1', ...(alert === 'OnexBreakerOpen' ? { state: 'open' } : {}) }
    const rules = {
      rule_files: [ALERTS],
      evaluation_interval: '30s',
      tests: [
        {
          interval: '30s',
          input_series: Object.entries(series).map(([name, values]) => ({ series: labelled(name), values })),
          alert_rule_test: [
            { eval_time: `${before * 60}s`, alertname: alert, exp_alerts: [] },
            {
              eval_time: `${after * 60}s`,
              alertname: alert,
              exp_alerts: [{ exp_labels: labels, exp_annotations: { summary } }],
            },
          ],
        },
      ],
    }
    const file = join(folder, `${alert}.json`)
    await writeFile(file, JSON.stringify(rules))
    const { code: status, stdout, stderr } = await run('promtool', ['test', 'rules', file])
    expect(status, stdout + stderr).toBe(0)
  })
})
