import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'busproof-walls-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The rooms of the harness: each imports from those before it only. Before them all stand the files of the contract. */
const ROOMS = [
  ...['events', 'claims', 'plan', 'history', 'breaker', 'check', 'load', 'process'],
  ...['link', 'host', 'run', 'certificate', 'site', 'report', 'search', 'chaos', 'cli'],
]
const neighbours = ROOMS.slice(1).map((room, index) => [ROOMS[index] ?? '', room] as const)

const forbidden: readonly (readonly [path: string, source: string])[] = [
  ...neighbours.map(([below, above]) => [`harness/${below}/part.ts`, `../${above}/part.ts`] as const),
  ['harness/claims.ts', './plan/plan.ts'],
  ['harness/site/part.ts', '../certify.ts'],
  ['harness/plan/part.ts', '../site/start.ts'],
  ['harness/plan/part.ts', '../../adapters/memory/index.ts'],
  ['spec/area.ts', '../harness/claims.ts'],
  ['spec/area.ts', 'node:fs'],
  ['harness/check/area.ts', '../../adapters/memory/index.ts'],
  ['harness/check/area.ts', '../../systems/memory/index.ts'],
  ['harness/check/area.ts', '../host/host.ts'],
  ['harness/check/area.ts', '../site/start.ts'],
  ['harness/check/area.ts', '../run/outcome.ts'],
  ['harness/check/area.ts', '../link/link.ts'],
  ['harness/check/area.ts', '../search/store.ts'],
  ['harness/claims/part.ts', '../claims.ts'],
  ['harness/claims/part.ts', '../plan/plan.ts'],
  ['harness/claims/part.ts', '../check/check.ts'],
  ['harness/claims/part.ts', '../host/host.ts'],
  ['harness/claims/part.ts', '../run/run.ts'],
  ['harness/claims/part.ts', '../../adapters/memory/index.ts'],
  ['harness/run/part.ts', '../../adapters/memory/index.ts'],
  ['harness/part.ts', '../systems/memory/index.ts'],
  ['adapters/memory/part.ts', '../../harness/check/check.ts'],
  ['adapters/memory/part.ts', '../../harness/certify.ts'],
  ['adapters/memory/part.ts', '../../spec/index.ts'],
  ['adapters/memory/part.ts', '../../harness/host/dial.ts'],
  ['systems/memory/part.ts', '../../harness/run/outcome.ts'],
  ['systems/memory/part.ts', '../../harness/check/check.ts'],
  ['systems/memory/part.ts', '../../harness/link/link.ts'],
  ['systems/memory/part.ts', '../../spec/index.ts'],
]

const allowed: readonly (readonly [path: string, source: string])[] = [
  ...neighbours.slice(1).map(([below, above]) => [`harness/${above}/part.ts`, `../${below}/part.ts`] as const),
  ['harness/faults.ts', './events/adapter.ts'],
  ['spec/area.ts', './clause.ts'],
  ['harness/check/area.ts', '../history/header.ts'],
  ['harness/check/area.ts', '../claims.ts'],
  ['harness/claims/part.ts', './descriptor.ts'],
  ['harness/claims/part.ts', '../events/caller.ts'],
  ['harness/run/part.ts', '../../spec/index.ts'],
  ['adapters/memory/part.ts', '../../harness/adapter.ts'],
  ['adapters/memory/part.ts', '../resilience/index.ts'],
  ['systems/memory/part.ts', '../../harness/system-contract.ts'],
  ['systems/memory/part.ts', '../../harness/process/program.ts'],
  ['systems/memory/part.ts', '../../harness/link/tap.ts'],
]

/** One file for each import, in the folder that the rule speaks of, or the very file. */
const place = (path: string, source: string): string =>
  /\/(part|area)\.ts$/.test(path) ? join(dirname(path), `imports${source.replaceAll(/[^a-z]+/g, '-')}.ts`) : path

let caught = ''

beforeAll(() => {
  const config = JSON.parse(readFileSync(at('biome.json'), 'utf8')) as Record<string, unknown>
  const { vcs: _vcs, $schema: _schema, ...rules } = config
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules))
  for (const [path, source] of [...forbidden, ...allowed]) {
    const file = join(folder, place(path, source))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `import { x } from '${source}'\n\nexport const y = x\n`)
  }
  const biome = at('node_modules/@biomejs/biome/bin/biome')
  const options = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '.']
  caught = spawnSync(process.execPath, [biome, ...options], { cwd: folder, encoding: 'utf8' }).stdout
})

describe('walls between the parts', () => {
  test.each(forbidden)('%s must not import %s', (path, source) => {
    expect(caught).toContain(place(path, source))
  })

  test.each(allowed)('%s may import %s', (path, source) => {
    expect(caught).not.toContain(place(path, source))
  })
})

test('nothing of busproof knows of a system that comes from outside', () => {
  const folders = ['spec', 'harness', 'systems', 'adapters'].map(at)
  const { stdout } = spawnSync('grep', ['-rliE', '\\bnats\\b|jetstream', ...folders], { encoding: 'utf8' })
  expect(stdout).toBe('')
})
