import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const readme = read('README.md')
const adapter = read('templates/my-bus.mts')
const example = read('examples/own-bus.ts')

describe('the README', () => {
  test('shows the adapter that init writes', () => {
    expect(readme).toContain(`\`\`\`ts\n${adapter}\`\`\``)
  })

  test('shows an adapter, and names an example, of at most 60 lines', () => {
    expect(adapter.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
    expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  })
})

describe.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/adapter.md',
  'docs/chaos.md',
  'docs/claims.md',
  'docs/containers.md',
  'docs/failures.md',
  'docs/kill-matrix.md',
  'docs/remote.md',
])('%s', (page) => {
  test('links to files that are there', () => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path ?? '')
    const base = new URL(`../${page}`, import.meta.url)
    expect(links.filter((path) => !existsSync(new URL(path, base)))).toEqual([])
  })

  test('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '')
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
