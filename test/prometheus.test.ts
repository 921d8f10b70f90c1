import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readGuard } from '../harness/chaos/guards.ts'
import { type Served, serve } from '../harness/chaos/told/serve.ts'
import type { Told } from '../harness/chaos/told/told.ts'
import { freePort } from '../harness/process/loopback.ts'
import { type Program, startProgram } from '../harness/process/program.ts'
import { run } from '../scripts/components/command.ts'
import { requires } from './require.ts'

const { code } = await run('prometheus', ['--version'])
const missing = code === 0 ? null : 'Prometheus is not here: `npm run components -- prometheus` installs it.'
const MONITORING = fileURLToPath(new URL('../examples/monitoring/', import.meta.url))
const WITHIN = 60_000

const LATENCY = { count: 0, p50: 0, p99: 0, p999: 0, max: 0 }
const measured = (lag: number, acknowledged: number): Told => ({
  at: 0,
  event: 'measured',
  phase: 'soaking',
  epochs: 1,
  lasted: 0,
  of: null,
  rate: 0,
  inFlight: 0,
  lag,
  breakers: {},
  faults: [],
  violations: 1,
  measured: {
    sent: acknowledged,
    acknowledged,
    failed: 0,
    handled: 0,
    redelivered: 0,
    lag,
    latency: { publish: LATENCY, handle: LATENCY },
    unavailable: { longest: 0, byFault: {} },
    thresholds: [{ text: 'failed < 20%', worst: 30, isKept: false }],
  },
})

/** Of the series that has some; an alert on publishes has lost its status. */
function labelsIn(series: Readonly<Record<string, string>>): Record<string, string> {
  const [, threshold] = /threshold="([^"]*)"/.exec(Object.keys(series).join()) ?? []
  return threshold === undefined ? {} : { threshold }
}

requires('prometheus', missing)('Prometheus', () => {
  let folder: string
  let served: Served
  let prometheus: Program
  let address: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-prometheus-'))
    served = await serve({ host: '127.0.0.1', port: 0 }, () => undefined)
    const scrapes = await readFile(join(MONITORING, 'prometheus.yml'), 'utf8')
    await writeFile(join(folder, 'prometheus.yml'), scrapes.replace('127.0.0.1:9464', new URL(served.address).host))
    await writeFile(join(folder, 'alerts.yml'), await readFile(join(MONITORING, 'alerts.yml')))
    const port = await freePort()
    address = `http://127.0.0.1:${port}`
    prometheus = await startProgram(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { cwd: folder },
    )
  }, WITHIN)
  afterAll(async () => {
    await prometheus.stop()
    await served[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }, WITHIN)

  const asked = async (path: string): Promise<unknown> => {
    const response = await fetch(`${address}/api/v1/${path}`).catch(() => null)
    return response === null ? null : ((await response.json()) as { readonly data: unknown }).data
  }

  it('takes the configuration and the alerts of the stand', async () => {
    expect(await run('promtool', ['check', 'config', join(MONITORING, 'prometheus.yml')])).toMatchObject({ code: 0 })
  })

  it.each([
    ['BusproofViolation', { busproof_violations: '0x10 3x20' }, 'The bus violates the specification: 3 times.'],
    ['BusproofThresholdNotKept', { 'busproof_threshold_kept{threshold="a < 1"}': '1x10 0x20' }, 'Not kept: a < 1.'],
    [
      'BusproofNothingAcknowledged',
      { 'busproof_publishes_total{status="acknowledged"}': '0+10x10 100x20', busproof_publishes_in_flight: '5x30' },
      'Publishes are under way, and none has been acknowledged for 20 s.',
    ],
    ['BusproofLagGrows', { busproof_lag: '2000+20x60' }, 'Groups fall behind: 10 deliveries more each second.'],
  ])('the alert %s is fired where it is to be, and not before', async (alert, series, summary) => {
    const isLag = alert === 'BusproofLagGrows'
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }))
    const about = {
      exp_labels: { ...labelsIn(series), severity: alert === 'BusproofViolation' ? 'critical' : 'warning' },
    }
    const rules = {
      rule_files: [join(MONITORING, 'alerts.yml')],
      evaluation_interval: '2s',
      tests: [
        {
          interval: '2s',
          input_series: input,
          alert_rule_test: [
            { eval_time: '16s', alertname: alert, exp_alerts: [] },
            {
              eval_time: isLag ? '118s' : '58s',
              alertname: alert,
              exp_alerts: [{ ...about, exp_annotations: { summary } }],
            },
          ],
        },
      ],
    }
    const file = join(folder, `${alert}.json`)
    await writeFile(file, JSON.stringify(rules))
    const { code, stdout, stderr } = await run('promtool', ['test', 'rules', file])
    expect(code, stdout + stderr).toBe(0)
  })

  it('scrapes a run, alerts by the rules, and answers the guards of another one', { timeout: WITHIN }, async () => {
    served.listener.told({ at: 0, event: 'judged', epoch: 1, events: 9, memory: 0, violations: { 'delivery/1': 1 } })
    served.listener.told(measured(7, 10))
    const guard = { promql: 'busproof_lag', at: address, every: 5_000 }
    await expect.poll(() => readGuard({ ...guard, below: 8 }, folder), { timeout: 30_000 }).toBeNull()
    expect(await readGuard({ ...guard, below: 7 }, folder)).toBe('the guard busproof_lag is 7, not below 7')
    expect(await asked('metadata?metric=busproof_lag')).toEqual({
      busproof_lag: [{ type: 'gauge', help: 'Deliveries that are due.', unit: '' }],
    })
    const names = async () => {
      const found = (await asked('alerts')) as { readonly alerts: readonly { readonly labels: object }[] } | null
      return found?.alerts.map(({ labels }) => labels)
    }
    await expect
      .poll(names, { timeout: 30_000 })
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ alertname: 'BusproofViolation' }),
          expect.objectContaining({ alertname: 'BusproofThresholdNotKept', threshold: 'failed < 20%' }),
        ]),
      )
  })

  it('knows every metric that the alerts and the dashboard name', async () => {
    const texts = ['alerts.yml', 'grafana/busproof.json'].map((file) => readFile(join(MONITORING, file), 'utf8'))
    const named = new Set((await Promise.all(texts)).join('\n').match(/busproof_[a-z_]+/g))
    const text = await (await fetch(`${served.address}/metrics`)).text()
    const known = new Set(text.match(/(?<=# TYPE )\S+/g))
    expect(named.size).toBeGreaterThan(8)
    expect([...named].map((name) => name.replace(/_bucket$/, '')).filter((name) => !known.has(name))).toEqual([])
  })
})
