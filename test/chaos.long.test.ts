import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { chaos } from '../harness/chaos/chaos.ts'
import { readChaos } from '../harness/chaos/file/read.ts'
import type { Told } from '../harness/chaos/told/told.ts'
import { openEvents } from '../harness/cli/chaos-events.ts'
import { run } from '../harness/cli/run-program.case.ts'
import { readHistory } from '../harness/history/read.ts'
import { sleep } from '../harness/waiting.ts'

const WITHIN = 120_000
const MAIN = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busproof-chaos-'))
})
afterAll(() => rm(folder, { recursive: true }))

const LOAD = `
load: { rate: 100/s, groups: 2, handlers: { failing: 2%, permanent: 1%, slow: 1% } }
duration: 8s
epoch: 8s
faults: { kinds: [refuse, reset, latency], lasts: { least: 300ms, most: 1s }, rest: { least: 300ms, most: 1s } }
settings: { publish.timeout: 9000, publish.deadline: 10000, retry.base: 50, handling.base: 50, breaker.reset: 1000, consume.session: 2000, recovery.deadline: 10000 }
`

test('a bus that works is soaked: the load is what was asked for, faults land, every clause judges', {
  timeout: WITHIN,
}, async () => {
  const told: Told[] = []
  const config = readChaos(`target: { adapter: memory, site: real }${LOAD}thresholds: [violations == 0]`, 'it.yaml')
  const { certified, soak, verdicts, faults, failures } = await chaos(config, {
    cwd: folder,
    failures: folder,
    listeners: [{ told: (one) => void told.push(one) }],
  })
  expect([certified, soak?.ended, soak?.why, failures]).toEqual([true, 'finished', null, []])
  // The baseline of 5 s, and 8 s more.
  expect(soak?.sent).toBe(100 * 13)
  expect(soak).toMatchObject({ epochs: 2, rate: 100 })
  // The last message is to be sent 10 ms before the end, and timers may fire a little early.
  expect(soak?.lasted).toBeGreaterThan(7_900)
  expect(Object.values(faults.landed).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0)
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass').map(({ clause }) => clause)
  expect(passed).toEqual(expect.arrayContaining(['delivery/1', 'delivery/2', 'delivery/4', 'ordering/1']))
  expect(verdicts.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([])
  const phases = told.flatMap((one) => (one.event === 'measured' ? [one.phase] : []))
  expect(phases).toEqual(expect.arrayContaining(['baseline', 'soaking', 'ending']))
  expectWholeStory(told)
})

test('a bus that breaks its word ends it, with a story', { timeout: WITHIN }, async () => {
  const adapter = new URL('../mutants/delivery/commits-before-handling.ts', import.meta.url).href
  const config = readChaos(`target: { adapter: "${adapter}", site: real }${LOAD.replace('8s', '10m')}`, 'it.yaml')
  const { certified, soak, failures } = await chaos(config, { cwd: folder, failures: folder })
  expect([certified, soak?.ended], soak?.why ?? '').toEqual([false, 'violation'])
  expect(soak?.lasted).toBeLessThan(60_000)
  expect(failures.length).toBeGreaterThan(0)
  expect(failures[0]?.story.join('\n')).toContain('ms  producer')
})

test('one that is interrupted says so, and is not soaked', { timeout: WITHIN }, async () => {
  const controller = new AbortController()
  const config = readChaos(`target: { adapter: memory, site: real }${LOAD}`, 'it.yaml')
  const { certified, soak, error } = await chaos(config, {
    cwd: folder,
    failures: folder,
    signal: controller.signal,
    listeners: [{ told: ({ event }) => event === 'fault' && controller.abort() }],
  })
  expect([certified, soak?.ended, error]).toEqual([false, 'interrupted', null])
})

test('one that serves is scraped, stopped from outside, and not begun again until the file is gone', {
  timeout: WITHIN,
}, async () => {
  const stop = join(folder, 'stop')
  const text = `target: { adapter: memory, site: real }${LOAD}serve: { port: 0 }\nstop: { file: ${stop} }`
  const config = readChaos(text, 'it.yaml')
  let address = ''
  let scraped = ''
  const events = join(folder, 'events.jsonl')
  using written = openEvents(events, folder, () => expect.fail('it can be written'))
  const ask = async (): Promise<void> => {
    scraped = await (await fetch(`${address}/metrics`)).text()
    await fetch(`${address}/stop`, { method: 'POST' })
  }
  let asked: Promise<void> | null = null
  const atFirstFault = ({ event }: Told): void => {
    if (event === 'fault') asked ??= ask()
  }
  const { certified, soak } = await chaos(config, {
    cwd: folder,
    failures: folder,
    onServed: (at) => (address = at),
    listeners: [written, { told: atFirstFault }],
  })
  await asked
  expect([certified, soak.ended, soak.why]).toEqual([false, 'guard', 'POST /stop asked for it'])
  expect(scraped).toMatch(/^busproof_publishes_total\{status="acknowledged"\} [1-9]\d*$/m)
  expect(scraped).toMatch(/^busproof_latency_seconds_count\{of="handle"\} [1-9]\d*$/m)
  const lines = readFileSync(events, 'utf8').trimEnd().split('\n')
  const told = lines.map((line) => JSON.parse(line) as Told)
  expect([told[0]?.event, told.at(-1)]).toEqual(['began', expect.objectContaining({ ended: 'guard' })])
  await expect(fetch(`${address}/metrics`)).rejects.toThrow('fetch failed')
  await expect(chaos(config, { cwd: folder, failures: folder })).rejects.toThrow(
    /^no run was started: the file .*stop is/,
  )
})

test('two shards share the load, and are judged as one', { timeout: WITHIN }, async () => {
  const text = `target: { adapter: memory, site: real }${LOAD}thresholds: [violations == 0, failed < 100%]`
  writeFileSync(join(folder, 'shared.yaml'), text)
  for (const index of [1, 2]) {
    const argv = ['chaos', 'shared.yaml', '--shard', `${index}/2`, '--json', `shard-${index}.json`]
    const { code, stdout } = await run([...argv, '--failures', 'failures'], folder)
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      expect.stringMatching(/^SOAKED memory: .* at 50\/s/),
    ])
  }
  const { code, stdout } = await run(['merge', 'shard-2.json', 'shard-1.json', '--json', 'merged.json'], folder)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/SOAKED memory: .* at 100\/s, real site\n$/)])
  const read = (file: string): Certificate => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Certificate
  const [merged, ...shards] = ['merged.json', 'shard-1.json', 'shard-2.json'].map(read)
  const sum = (of: (one: Certificate) => number): number => shards.reduce((all, one) => all + of(one), 0)
  expect(merged?.soak?.sent).toBe(100 * 13)
  expect(merged?.runs).toBe(4)
  const occasionsOf = ({ verdicts }: Certificate): number =>
    verdicts.find(({ clause }) => clause === 'delivery/1')?.occasions ?? 0
  expect(occasionsOf(merged ?? expect.fail())).toBe(sum(occasionsOf))
  expect((await run(['merge', 'shard-1.json'], folder)).code).toBe(2)
})

test('one that is killed has left what it had judged, and goes on from there', { timeout: WITHIN }, async () => {
  const text = `target: { adapter: memory, site: real }${LOAD.replace('duration: 8s', 'duration: 15s').replace('epoch: 8s', 'epoch: 5s')}\nhistories: { folder: kept, keep: 2 }`
  writeFileSync(join(folder, 'killed.yaml'), text)
  const json = join(folder, 'killed.json')
  const argv = ['chaos', 'killed.yaml', '--json', 'killed.json', '--failures', 'failures']
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...argv], {
    cwd: folder,
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  try {
    while (!existsSync(json) && child.exitCode === null) await sleep(20)
  } finally {
    child.kill('SIGKILL')
  }
  expect(await ended).toEqual([null, 'SIGKILL'])
  const left = readFileSync(json, 'utf8')
  const read = (): Certificate => JSON.parse(readFileSync(json, 'utf8')) as Certificate
  const { soak, certified, shard } = read()
  expect([certified, soak?.ended, soak?.why]).toEqual([false, 'unfinished', 'it had not ended when this was written'])
  expect(shard?.done).toMatchObject({ planned: 5_000 * ((soak?.epochs ?? 0) - 1) })

  // Nobody overwrites it by mistake.
  expect(await run(argv, folder)).toEqual({
    code: 2,
    stdout: '',
    stderr: '--json killed.json: this is of a run that can go on: add --resume killed.json, or remove the file\n',
  })
  expect(readFileSync(json, 'utf8')).toBe(left)

  const { code, stdout } = await run([...argv, '--resume', 'killed.json'], folder)
  expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^SOAKED memory: .* at 100\/s/),
  ])
  const whole = read()
  expect(whole.shard?.done).toEqual({ next: 4, planned: 15_000, messages: 1_500 })
  // Each has its baseline.
  expect(whole.runs).toBe(3 + 2)
  expect(whole.notes).toContainEqual(expect.stringMatching(/^Resumed after \d epochs?: /))
  const occasionsOf = ({ verdicts }: Certificate): number =>
    verdicts.find(({ clause }) => clause === 'delivery/1')?.occasions ?? 0
  expect(occasionsOf(whole)).toBeGreaterThan(occasionsOf(JSON.parse(left) as Certificate))
  const kept = readdirSync(join(folder, 'kept')).filter((name) => name.endsWith('-epoch-00003.jsonl.gz'))
  expect(kept).toHaveLength(1)
  expect(readdirSync(join(folder, 'kept')).filter((name) => name.slice(0, 10) === kept[0]?.slice(0, 10))).toHaveLength(
    2,
  )
  const history = `kept/${kept[0]}`
  const last = await run(['check', history, '--only', 'delivery/1'], folder)
  expect([last.code, last.stdout]).toEqual([0, expect.stringContaining('delivery/1')])
  const { events } = await readHistory(join(folder, history))
  const weighed = events.flatMap((one) => (one.type === 'resources' && one.when === 'baseline' ? [one.memory] : []))
  expect(weighed.filter((bytes) => bytes !== undefined && bytes > 1_000_000).length).toBeGreaterThan(0)
  const again = await run([...argv, '--resume', 'killed.json'], folder)
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining('there is nothing to go on with, it has ended'),
  ])
  expect(read()).toEqual(whole)
})

/** Each fault is healed, each epoch judged, and the end is the last that is told. */
function expectWholeStory(told: readonly Told[]): void {
  const of = (event: Told['event']): readonly string[] =>
    told
      .flatMap((one) =>
        one.event === event && 'epoch' in one ? [`${one.epoch}/${'fault' in one ? one.fault : ''}`] : [],
      )
      .toSorted()
  expect(of('fault').length).toBeGreaterThan(0)
  expect(of('healed')).toEqual(of('fault'))
  expect(of('epoch')).toEqual(['0/', '1/'])
  expect(of('judged')).toEqual(['0/', '1/'])
  expect([told[0]?.event, told.at(-1)]).toEqual([
    'began',
    expect.objectContaining({ event: 'ended', ended: 'finished' }),
  ])
}
