/** Adapters that misbehave, through the command line. The bounds that end them are smaller here, so that they end soon. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { type Ran, run } from '../harness/cli/run-program.case.ts'

vi.mock('../harness/site/simulated/watch.ts', async (original) => {
  const watch = await original<typeof import('../harness/site/simulated/watch.ts')>()
  return { ...watch, BOUNDS: { ...watch.BOUNDS, turn: 1_000, load: { ...watch.BOUNDS.load, busy: 3_000 } } }
})
vi.mock('../harness/host/bounds.ts', async (original) => {
  const { HOST_BOUNDS } = await original<typeof import('../harness/host/bounds.ts')>()
  return { HOST_BOUNDS: { ...HOST_BOUNDS, ping: 100, busy: 3_000 } }
})

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'busproof-rogue-'))
afterAll(() => rmSync(folder, { recursive: true }))

const real = ['--site', 'real', '--toxiproxy', 'off']
/** What a module does itself while it is loaded, wherever that is. */
const AT_THE_TOP: Readonly<Record<string, string>> = {
  'loops-at-its-top': 'for (;;);',
  'exits-at-its-top': 'process.reallyExit(5)',
}
const fixture = new URL('fixtures/rogue-adapter.ts', import.meta.url).href
const certify = (what: string, ...options: string[]): Promise<Ran> => {
  // A path on the command line has no place for the `?what` of the fixture.
  const module = join(folder, `${what}.mjs`)
  writeFileSync(module, `export { default } from '${fixture}?${what}'\n${AT_THE_TOP[what] ?? ''}`)
  const stores = ['--failures', join(folder, 'failures'), '--regressions', join(folder, 'none')]
  const less = ['--lanes', '1', '--runs', '1', '--shrink', '0s', '--seed', '3', '--only', 'fail-fast']
  return run(['certify', module, ...less, ...stores, ...options], root)
}

test('a loop without an end in publish() is a violation, which names the adapter and the call', async () => {
  const { code, stdout } = await certify('loops-in-publish')
  expect(stdout).toMatch(
    /crashed by hang: rogue \(\S+loops-in-publish\.mjs\) kept its thread busy for\s1\ss in publish\(\) of m2: is there a loop/,
  )
  expect(stdout).toMatch(/NOT CERTIFIED .*violated fail-fast\/5/)
  expect(code).toBe(1)
}, 120_000)

test.each<[string, string[], RegExp]>([
  ['loops-at-its-top', [], /^the adapter module \S+ kept its thread busy for 3 s while it was loaded: is there a loop/],
  [
    'loops-at-its-top',
    real,
    /^the adapter module \S+ kept its process busy for 3 s while it was loaded: is there an infinite loop/,
  ],
  ['exits-at-its-top', real, /^the adapter module \S+ ended its process \(exit code 5\) while it was loaded$/],
  [
    'throws-in-a-getter',
    [],
    /^rogue \(\S+\): publish\(\) did not return a receipt: reading its field status throws: the status/,
  ],
  [
    'throws-in-a-getter',
    real,
    /^rogue \(\S+\): publish\(\) did not return a receipt: reading its field status throws: the/,
  ],
  ['claims-nan', [], /^\S+claims-nan\.mjs: claims\.memory: its fixed is NaN, not a number of at least 0: write fixed/],
  [
    'claims-nan',
    real,
    /^\S+claims-nan\.mjs: claims\.memory: its fixed is NaN, not a number of at least 0: write fixed/,
  ],
])(
  '%s %j is refused by one sentence',
  async (what, options, sentence) => {
    const { code, stdout, stderr } = await certify(what, ...options)
    expect(lastLine(stderr)).toMatch(sentence)
    expect([code, stdout]).toEqual([2, ''])
  },
  120_000,
)

test.each<[string[]]>([[[]], [real]])(
  '100 MB of output are bounded, and told on the certificate: %j',
  async (options) => {
    const { code, stdout } = await certify('floods-once-a-run', '--time', '10s', ...options)
    expect(stdout).toMatch(
      /The adapter wrote more output than busproof keeps in .*runs?: \d{8,} bytes were not searched/,
    )
    // In so few runs most clauses are inconclusive.
    expect(code).toBe(4)
  },
  120_000,
)

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''
