import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const biome = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url))

/** Whether the one lint rule passes a file that stands at `path` and imports `source`. */
function isAllowed(path: string, source: string): boolean {
  const input = `import { x } from '${source}'\n\nexport const y = x\n`
  const run = spawnSync(
    process.execPath,
    [biome, 'lint', '--only=style/noRestrictedImports', `--stdin-file-path=${path}`],
    { cwd: root, input, encoding: 'utf8' },
  )
  if (run.error !== undefined) throw run.error
  return run.status === 0
}

const forbidden: readonly (readonly [path: string, source: string])[] = [
  ['spec/area.ts', '../harness/claims.ts'],
  ['spec/area.ts', 'node:fs'],
  ['harness/check/area.ts', '../../adapters/memory/index.ts'],
  ['harness/check/area.ts', '../../systems/memory/index.ts'],
  ['harness/check/area.ts', '../host/host.ts'],
  ['harness/check/area.ts', '../site/system.ts'],
  ['harness/check/area.ts', '../run/outcome.ts'],
  ['harness/check/area.ts', '../link/link.ts'],
  ['harness/check/area.ts', '../search/store.ts'],
  ['harness/run/part.ts', '../../adapters/memory/index.ts'],
  ['harness/part.ts', '../systems/memory/index.ts'],
  ['adapters/memory/part.ts', '../../harness/check/check.ts'],
  ['adapters/memory/part.ts', '../../harness/certify.ts'],
  ['adapters/memory/part.ts', '../../spec/index.ts'],
  ['systems/memory/part.ts', '../../harness/run/outcome.ts'],
  ['systems/memory/part.ts', '../../spec/index.ts'],
]

const allowed: readonly (readonly [path: string, source: string])[] = [
  ['spec/area.ts', './clause.ts'],
  ['harness/check/area.ts', '../history/event.ts'],
  ['harness/check/area.ts', '../claims.ts'],
  ['harness/run/part.ts', '../../spec/index.ts'],
  ['adapters/memory/part.ts', '../../harness/adapter.ts'],
  ['adapters/memory/part.ts', '../resilience/index.ts'],
  ['systems/memory/part.ts', '../../harness/site/system.ts'],
]

describe('walls between the parts', () => {
  test.each(forbidden)('%s must not import %s', (path, source) => {
    expect(isAllowed(path, source)).toBe(false)
  })

  test.each(allowed)('%s may import %s', (path, source) => {
    expect(isAllowed(path, source)).toBe(true)
  })
})
