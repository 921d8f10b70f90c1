import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { claimEntries } from './index.ts'

const PAGE = fileURLToPath(new URL('../../docs/claims.md', import.meta.url))
const HEAD = ['| claim | what it promises |', '|---|---|']

const rows = claimEntries.flatMap(([name, { docs }]) =>
  Object.entries(typeof docs === 'string' ? { [name]: docs } : docs).map(([path, text]) => `| \`${path}\` | ${text} |`),
)

test('the table in docs/claims.md is what the descriptors say; `npm run claims-page` writes it', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', after = ''] = page.split(/^\| claim \|(?:.*\n)+?(?=\n)/m)
  expect(after).not.toBe('')
  await expect([before, [...HEAD, ...rows].join('\n'), '\n', after].join('')).toMatchFileSnapshot(PAGE)
})
