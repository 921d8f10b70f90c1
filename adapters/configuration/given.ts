/** What each source gives, in the order in which sources override each other. */
import { isAlias, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { SettingOrigin, SettingSources } from '../../harness/adapter.ts'
import type { Settings, SettingType } from './definition.ts'
import { named, type Report } from './problems.ts'

export interface Given {
  readonly name: string
  /** Of the type that the source gave it; a variable's text is converted, or as it is if it cannot be. */
  readonly value: unknown
  readonly from: SettingOrigin
  /** For sentences: `in the file (3:1)`. */
  readonly where: string
}

/** Names in a file and in arguments may be unknown. */
export const givenBy = (sources: SettingSources, settings: Settings, report: Report): readonly Given[] => [
  ...(sources.file === null ? [] : inFile(sources.file, report)),
  ...inEnvironment(sources.environment, settings),
  ...asArguments(sources.arguments),
]

/** Quotes no text of a broken file, because it may be a secret. An empty file gives nothing. */
function inFile(text: string, report: Report): readonly Given[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `(${line}:${col})`
  }
  const [broken] = [...document.errors, ...document.warnings]
  if (broken !== undefined) {
    const why = broken.code.toLowerCase().replaceAll('_', ' ')
    report('the file', `the file is not valid YAML ${at(broken.pos[0])}: ${why}`)
    return []
  }
  const { contents } = document
  if (contents === null) return []
  if (!isMap(contents)) {
    report('the file', `the file must be a mapping of names to values ${at(contents.range[0])}`)
    return []
  }
  const given = new Map<string, Given>()
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : 'a list or mapping'
    const where = `in the file ${at(key.range[0])}`
    const node = isAlias(value) ? value.resolve(document) : value
    if (given.has(name)) report(name, `${named(name)} must be given once, but is repeated ${where}`)
    else given.set(name, { name, value: isScalar(node) ? node.value : (node ?? null), from: 'file', where })
  }
  return [...given.values()]
}

/** Reads its own variables only. An empty one counts as not given, unless the setting is text. */
const inEnvironment = (environment: SettingSources['environment'], settings: Settings): readonly Given[] =>
  Object.entries(settings).flatMap(([name, { type }]) => {
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (text === undefined || (text === '' && type.type !== 'string')) return []
    return [{ name, value: convert(text, type), from: 'environment', where: 'in the environment' }]
  })

/** One that is `undefined` is not given. */
const asArguments = (given: SettingSources['arguments']): readonly Given[] =>
  Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name, value, from: 'argument', where: 'as an argument' }))

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

function convert(text: string, { type }: SettingType): unknown {
  if (type === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (type === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text
  return text
}
