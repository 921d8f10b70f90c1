/** State that everything in a process shares, although each bus, consumer or call should have its own. */
import type { Node } from 'oxc-parser'
import type { Operator } from '../edit.ts'
import { everyNode, isFunction, type Source, textOf } from '../source.ts'

/** Makes sense outside every function. */
const ALONE =
  /^(new (Map|Set|WeakMap|AbortController)(<.*>)?\(\)|\[\]|\{\}|null|true|false|-?[\d_.]+|Promise\.resolve\(\)|empty\w*|initial\w*)$/s

export const sharedState: Operator = ({ node, around: [block, owner] }, source) => {
  if (node.type !== 'VariableDeclaration' || block?.type !== 'BlockStatement') return []
  if (owner === undefined || !isFunction(owner)) return []
  const [only, ...others] = node.declarations
  if (only === undefined || others.length > 0 || only.id.type !== 'Identifier' || only.init === null) return []
  if (!ALONE.test(textOf(source, only.init)) || !isState(node, only.init)) return []
  if (isKnown(only.id.name, source.program)) return []
  const at = behindImports(source)
  return [
    [
      { start: node.start, end: node.end, text: ';' },
      { start: at, end: at, text: `\n${textOf(source, node)}\n` },
    ],
  ]
}

/** A constant that never changes may be shared. */
const isState = (node: Extract<Node, { type: 'VariableDeclaration' }>, init: Node): boolean =>
  node.kind !== 'const' || init.type === 'NewExpression' || init.type === 'ArrayExpression'

const isKnown = (name: string, program: Node): boolean =>
  program.type === 'Program' &&
  program.body.some((statement) => {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (inner?.type === 'VariableDeclaration')
      return inner.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name)
    if (inner?.type === 'ImportDeclaration')
      return [...everyNode(inner)].some((part) => part.type === 'Identifier' && part.name === name)
    return inner !== null && 'id' in inner && inner.id?.type === 'Identifier' && inner.id.name === name
  })

const behindImports = ({ program }: Source): number =>
  (program.type === 'Program' ? program.body.findLast(({ type }) => type === 'ImportDeclaration')?.end : 0) ?? 0
