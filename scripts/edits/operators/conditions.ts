/** A condition that is forgotten, as a whole or in part. */
import type { Node } from 'oxc-parser'
import { type Operator, replace } from '../edit.ts'
import { textOf } from '../source.ts'

/** One of two operands; of `??=` the look at what is there already. */
export const forgottenOperand: Operator = ({ node }, source) => {
  if (node.type === 'LogicalExpression')
    return [node.left, node.right].map((kept) => replace(node, textOf(source, kept)))
  if (node.type === 'AssignmentExpression' && node.operator === '??=')
    return [replace(node, `${textOf(source, node.left)} = ${textOf(source, node.right)}`)]
  return []
}

/** One branch is always taken, or never. */
export const forgottenCondition: Operator = ({ node }, source) => {
  if (node.type === 'IfStatement') {
    return (leaves(node.consequent) && node.alternate === null ? ['true'] : ['true', 'false']).map((text) =>
      replace(node.test, text),
    )
  }
  if (node.type !== 'ConditionalExpression') return []
  return [node.consequent, node.alternate].map((kept) => replace(node, `(${textOf(source, kept)})`))
}

/** A way out that is no longer taken. */
export const droppedReturn: Operator = ({ node }) => {
  if (node.type !== 'IfStatement' || node.alternate !== null || !leaves(node.consequent)) return []
  return [replace(node.test, 'false')]
}

const LEAVES: ReadonlySet<string> = new Set([
  'ReturnStatement',
  'ThrowStatement',
  'ContinueStatement',
  'BreakStatement',
])

function leaves(node: Node): boolean {
  const last = node.type === 'BlockStatement' ? node.body.at(-1) : node
  return last !== undefined && LEAVES.has(last.type)
}
