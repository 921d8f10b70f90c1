/** Configuration in YAML (JSON is YAML too), whose errors name the line and the column. */
import { type Alias, type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { messageOf, UsageError } from '../errors.ts'
import { firstIssue, sentenceOf } from '../sentence.ts'

/** Throws a {@link UsageError}, one sentence that begins with `where`, line and column, if `text` is no YAML of this shape. */
export function parseYaml<T>(text: string, where: string, shape: z.ZodType<T>): T {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${where}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken !== undefined)
    throw new UsageError(`${at(broken.pos[0])}: not valid YAML: ${lowerFirst(broken.message).replace(/\.$/, '')}.`)
  const value = plain(document, at)
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = firstIssue(parsed.error)
  throw new UsageError(sentenceOf(parsed.error, at(issue === null ? 0 : offsetOf(document, issue)), value))
}

/** Too many aliases, as in a bomb, are an error like one that means nothing. */
function plain(document: Document, at: (offset: number) => string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const aliases: Alias[] = []
    visit(document, { Alias: (_key, alias) => void aliases.push(alias) })
    const culprit = aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0]
    const why = lowerFirst(messageOf(error)).replace(/\.$/, '')
    throw new UsageError(`${at(culprit?.range?.[0] ?? 0)}: not valid YAML: ${why}.`)
  }
}

/** Where the issue is: of an unknown key the key, of something missing what it is missing in. */
function offsetOf(document: Document, { path, ...issue }: z.core.$ZodIssue): number {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (!isNode(node)) continue
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && keys.includes(String(key.value)))
      : undefined
    const place = isNode(pair?.key) ? pair.key : node
    return place.range?.[0] ?? 0
  }
  return 0
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
