/** Errors that get lost, and what is no longer done after one. */
import type { Node } from 'oxc-parser'
import { type Draft, type Operator, replace } from '../edit.ts'
import { type Source, textOf } from '../source.ts'

/** A throw removed, a catch that swallows, a cause dropped. */
export const lostError: Operator = ({ node, around }, source) => {
  if (node.type === 'ThrowStatement') return isWholeBranch(node, around[0]) ? [] : [replace(node, ';')]
  if (node.type === 'CatchClause' && node.body.body.length > 0) return [replace(node.body, '{}')]
  if (node.type === 'CallExpression' && isMethod(node.callee, 'catch') && node.arguments[0] !== undefined) {
    return [replace(node.arguments[0], '() => undefined')]
  }
  if (node.type === 'ObjectExpression') return withoutCause(node, source)
  return []
}

/** What a `finally` does. */
export const droppedFinally: Operator = ({ node }, source) => {
  if (node.type === 'TryStatement' && node.finalizer !== null) return [replace(node.finalizer, 'finally {}')].map(bare)
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || !isMethod(node.callee, 'finally'))
    return []
  return [replace(node, textOf(source, node.callee.object))]
}

/** The keyword stands before the block already. */
const bare = ([{ start, end }]: Draft): Draft => replace({ start, end }, '{}')

/** Such an `if` is edited as a whole. */
const isWholeBranch = (node: Node, outer: Node | undefined): boolean =>
  outer?.type === 'IfStatement' && outer.consequent === node && outer.alternate === null

const isMethod = (callee: Node, name: string): boolean =>
  callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === name

function withoutCause(node: Extract<Node, { type: 'ObjectExpression' }>, source: Source): Draft[] {
  const others = node.properties.filter((property) => property.type !== 'Property' || !isCause(property.key))
  if (others.length === node.properties.length) return []
  const kept = others.map((property) => textOf(source, property)).join(', ')
  return [replace(node, kept === '' ? '{}' : `{ ${kept} }`)]
}

const isCause = (key: Node): boolean => key.type === 'Identifier' && key.name === 'cause'
