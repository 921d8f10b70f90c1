import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certify } from '../harness/certify.ts'
import { chaos } from '../harness/chaos/chaos.ts'
import { readChaos } from '../harness/chaos/file/read.ts'
import { renderHtml } from '../harness/report/html/page.ts'
import { run } from '../scripts/components/command.ts'
import { requires } from './require.ts'

const PROGRAM = '/usr/bin/chromium'
const { code } = await run(PROGRAM, ['--version'])
const missing = code === 0 ? null : 'Chromium is not here: `npm run components -- chromium` installs it.'

const folder = mkdtempSync(join(tmpdir(), 'busproof-page-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Pages of real certificates. */
const FILES = {
  violated: ['../mutants/delivery/drops-what-failed.ts', { level: 'core', shrink: 0 }],
  quick: ['memory', { effort: 'quick', runs: 5, only: ['delivery', 'ordering'] }],
} as const

/** And of a chaos run. */
const SOAK = `
target: { adapter: memory, site: real }
load: { rate: 100/s }
duration: 6s
epoch: 6s
faults: { kinds: [refuse, latency], lasts: 500ms, rest: 500ms }
settings: { breaker.reset: 1000, consume.session: 2000, recovery.deadline: 10000 }
thresholds: [violations == 0, p99(publish) < 1ms over 2s]
`

requires('chromium', missing)('the page of a certificate in Chromium', () => {
  let browser: Browser
  const addresses = new Map<string, string>()

  beforeAll(async () => {
    for (const [name, [adapter, options]] of Object.entries(FILES)) {
      const module = adapter === 'memory' ? adapter : new URL(adapter, import.meta.url)
      const certificate = await certify(module, { ...options, seed: 3, failures: folder, regressions: null })
      const file = join(folder, `${name}.html`)
      writeFileSync(
        file,
        renderHtml(certificate, { with: 'old.json', changes: [{ what: 'node', before: '1', after: '2' }] }),
      )
      addresses.set(name, pathToFileURL(file).href)
    }
    const soaked = join(folder, 'soaked.html')
    writeFileSync(soaked, renderHtml(await chaos(readChaos(SOAK, 'soak.yaml'), { cwd: folder, failures: folder })))
    addresses.set('soaked', pathToFileURL(soaked).href)
    browser = await chromium.launch({
      executablePath: PROGRAM,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    })
  }, 120_000)
  afterAll(() => browser.close())

  /** The page, and whatever it complained of or asked the network for. */
  async function open(
    name: string,
    scheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[]; scripted: Page }> {
    const complaints: string[] = []
    const address = addresses.get(name)
    if (address === undefined) throw new Error(`no page ${name}`)
    const watch = async (page: Page): Promise<Page> => {
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('request', (request) => void (request.url() === address || complaints.push(request.url())))
      await page.goto(address)
      return page
    }
    // As its reader has it, and once more past its content policy, for the accessibility check is a script.
    const reader = await browser.newContext({ colorScheme: scheme, javaScriptEnabled: false })
    const checker = await browser.newContext({ colorScheme: scheme, bypassCSP: true })
    return { page: await watch(await reader.newPage()), scripted: await watch(await checker.newPage()), complaints }
  }

  test.each(
    [...Object.keys(FILES), 'soaked'].flatMap((name) =>
      (['light', 'dark'] as const).map((scheme) => [name, scheme] as const),
    ),
  )(
    '%s, %s: nothing is asked of the network, nothing complains, everybody can read it',
    async (name, scheme) => {
      const { page, scripted, complaints } = await open(name, scheme)
      expect(await page.locator('main').isVisible()).toBe(true)
      await scripted.evaluate(axe.source)
      const { violations } = await scripted.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      expect(complaints).toEqual([])
      const screenshot = await page.screenshot({ fullPage: true })
      expect(screenshot.byteLength).toBeGreaterThan(20_000)
    },
    60_000,
  )

  test('a chaos run shows its curves with the faults behind them, and what was not kept', async () => {
    const { page } = await open('soaked', 'light')
    expect(await page.locator('svg.curves').count()).toBe(2)
    expect(await page.locator('svg.curves .band').count()).toBeGreaterThan(1)
    expect(await page.locator('.verdict').textContent()).toContain('NOT SOAKED memory: p99(publish) < 1ms over 2s')
    expect(await page.locator('td.bad').textContent()).toMatch(/^not kept, at worst/)
  }, 60_000)

  test('the step that breaks the clause is marked, and each step can be reached with the keyboard', async () => {
    const { page } = await open('violated', 'light')
    const marked = page.locator('svg.lanes g.breaks')
    expect(await marked.count()).toBe(1)
    expect(await marked.getAttribute('aria-label')).toContain('(this step breaks the clause)')
    const reached = new Set<string>()
    for (let turn = 0; turn < 30; turn++) {
      await page.keyboard.press('Tab')
      const focused = page.locator('*:focus')
      reached.add((await focused.getAttribute('aria-label')) ?? (await focused.evaluate((node) => node.tagName)))
    }
    expect([...reached].filter((label) => / ms, /.test(label)).length).toBeGreaterThan(5)
  }, 60_000)

  test('the text of a clause opens without a script', async () => {
    const { page } = await open('quick', 'dark')
    const clause = page.locator('td details').first()
    const text = () => clause.evaluate((node) => node.clientHeight)
    const before = await text()
    await clause.locator('summary').click()
    expect(await text()).toBeGreaterThan(before)
  }, 60_000)
})
