import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'

const FOLDER = fileURLToPath(new URL('./', import.meta.url))
const LIST = `${FOLDER}list.ts`
/** How a file exports its check. */
const EXPORT = /^export const (\w+): Check = \{\n {2}clause: '([^']+)'/m
const PLACES: ReadonlyMap<string, number> = new Map(CLAUSES.map(({ id }, place) => [id, place]))

interface Found {
  readonly name: string
  readonly clause: string
  readonly file: string
}

const placeOf = ({ clause }: Found): number => PLACES.get(clause) ?? CLAUSES.length

const found = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).flatMap((file): Found[] => {
  const exported = /^\w[\w-]*\/[\w-]+\.ts$/.test(file) ? EXPORT.exec(readFileSync(`${FOLDER}${file}`, 'utf8')) : null
  return exported === null ? [] : [{ name: exported[1] ?? '', clause: exported[2] ?? '', file }]
})

const importOf = (name: string, file: string): string =>
  name.startsWith('type ') ? `import type { ${name.slice(5)} } from './${file}'` : `import { ${name} } from './${file}'`

/** Imports as the linter sorts them, checks in the order of the specification. */
const listOf = (checks: readonly Found[]): string =>
  [
    '/** Every check, in the order of the specification. Written by `npm run checks-list`. */',
    '',
    ...[{ name: 'type Check', file: 'check.ts' }, ...checks]
      .toSorted((one, other) => (one.file < other.file ? -1 : 1))
      .map(({ name, file }) => importOf(name, file)),
    '',
    'export const CHECKS: readonly Check[] = [',
    ...checks.toSorted((one, other) => placeOf(one) - placeOf(other)).map(({ name }) => `  ${name},`),
    ']',
    '',
  ].join('\n')

test('the list of checks is what the files beside it export; `npm run checks-list` writes it', async () => {
  expect(found.length).toBeGreaterThan(50)
  await expect(listOf(found)).toMatchFileSnapshot(LIST)
})
