import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('./', import.meta.url))
const LIST = `${FOLDER}list.ts`

/** How a file ends that describes an optional claim. */
const DESCRIPTOR = /^export const (\w+) = \{\n(?: .*\n)+\} satisfies ClaimDescriptor<'\w+'>\n/m
/** What a claim adds to what is open to it, called by its file and what it is added to. */
const ADDED = /^export interface (\w+)(Part|Bus|Message|Lists)(<F>)? /gm
const prefixOf = (file: string): string =>
  file.replace('.ts', '').replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase())

const OPEN = [
  ['Part', 'OptionalClaims<F>', 'The optional claims of an adapter.'],
  ['Bus', 'OwedMethods', 'What a bus owes because of claims.'],
  ['Message', 'MessageOptions', 'Fields of messages of plans that depend on claims.'],
  ['Lists', 'PlanLists', 'Lists of plans that depend on claims.'],
] as const

interface Found {
  readonly claim: string
  readonly file: string
  /** Names of interfaces, with their parameters, by how they end. */
  readonly added: readonly { readonly end: string; readonly name: string; readonly of: string }[]
}

function describedIn(file: string): Found[] {
  const source = readFileSync(`${FOLDER}${file}`, 'utf8')
  const [, claim] = DESCRIPTOR.exec(source) ?? []
  if (claim === undefined) return []
  const added = [...source.matchAll(ADDED)].flatMap(([, start = '', end = '', of = '']) =>
    start === prefixOf(file) ? [{ end, name: start + end, of }] : [],
  )
  return [{ claim, file, added }]
}

const listed = existsSync(LIST)
  ? [...readFileSync(LIST, 'utf8').matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name)
  : []
const placeOf = ({ claim }: Found): number => (listed.includes(claim) ? listed.indexOf(claim) : listed.length)

/** Keeps the order of the list, in which contradictions are reported, plans are drawn and the docs are written; appends new claims. */
const found = readdirSync(FOLDER)
  .filter((file) => /^[\w-]+\.ts$/.test(file))
  .flatMap(describedIn)
  .toSorted((one, other) => placeOf(one) - placeOf(other))

/** Upper case first, as the linter sorts names. */
const importOf = ({ claim, file, added }: Found): string => {
  const types = added.map(({ name }) => `type ${name}`).toSorted()
  return `import { ${[...types, claim].join(', ')} } from './${file}'`
}

const openOf = ([end, name, text]: (typeof OPEN)[number]): string => {
  const all = found.flatMap(({ added }) => added.filter((one) => one.end === end).map((one) => `${one.name}${one.of}`))
  const line = `export interface ${name} extends ${all.join(', ')} {}`
  const broken = [`export interface ${name}`, `  extends ${all.join(',\n    ')} {}`].join('\n')
  return [`/** ${text} */`, line.length > 120 ? broken : line, ''].join('\n')
}

const list = [
  '/** Every optional claim, and what it adds. Written by `npm run claims-list`, which keeps the order and appends new claims. */',
  ...found.toSorted((one, other) => (one.file < other.file ? -1 : 1)).map(importOf),
  '',
  ...OPEN.map(openOf),
  'export const OPTIONAL = {',
  ...found.map(({ claim }) => `  ${claim},`),
  '}',
  '',
].join('\n')

test('the list of optional claims is what the files beside it describe; `npm run claims-list` writes it', async () => {
  expect(found.length).toBeGreaterThan(10)
  await expect(list).toMatchFileSnapshot(LIST)
})
