/** Something that is no longer done. */
import type { Node } from 'oxc-parser'
import { type Operator, replace } from '../edit.ts'
import { type Source, textOf } from '../source.ts'

/** Calls that take back what an earlier one did. */
const UNDOES =
  /(\.(delete|clear|abort|removeEventListener|destroy|close|release|splice|shift)|\bclear(Timeout|Interval))$/
/** What state is set back to. */
const RESETS = /^(null|false|0|undefined|empty\w*|\[\]|new (Map|Set|AbortController)\(\))$/

/** A call for its effect. */
export const droppedCall: Operator = ({ node }, source) => {
  if (node.type !== 'ExpressionStatement') return []
  const call = calledBy(node.expression)
  return call === null || undoes(call, source) ? [] : [replace(node, ';')]
}

/** An assignment that keeps what the code behind it reads. */
export const droppedAssignment: Operator = ({ node }, source) => {
  if (node.type !== 'ExpressionStatement') return []
  const { expression } = node
  const isKept =
    expression.type === 'UpdateExpression' ||
    (expression.type === 'AssignmentExpression' && !resets(expression, source))
  return isKept ? [replace(node, ';')] : []
}

/** State that is not cleared, a timer or a listener that stays, a counter that is not set back. */
export const forgottenReset: Operator = ({ node }, source) => {
  if (node.type !== 'ExpressionStatement') return []
  const call = calledBy(node.expression)
  const isReset =
    (call !== null && undoes(call, source)) ||
    (node.expression.type === 'AssignmentExpression' && resets(node.expression, source))
  return isReset ? [replace(node, ';')] : []
}

/** The call behind `await` and `void`. */
export function calledBy(node: Node): Extract<Node, { type: 'CallExpression' }> | null {
  if (node.type === 'CallExpression') return node
  if (node.type === 'AwaitExpression' || node.type === 'UnaryExpression') return calledBy(node.argument)
  if (node.type === 'ParenthesizedExpression' || node.type === 'ChainExpression') return calledBy(node.expression)
  return null
}

const undoes = (call: Extract<Node, { type: 'CallExpression' }>, source: Source): boolean =>
  UNDOES.test(textOf(source, call.callee).replaceAll('?.', '.'))

const resets = (node: Extract<Node, { type: 'AssignmentExpression' }>, source: Source): boolean =>
  node.operator === '=' && RESETS.test(textOf(source, node.right))
