/** Order of what takes time. */
import type { Node } from 'oxc-parser'
import { type Draft, type Operator, replace } from '../edit.ts'
import { everyNode, isFunction, type Source, textOf } from '../source.ts'

/** A result is not waited for. Where it is used, the compiler would tell. */
export const droppedAwait: Operator = ({ node, around: [outer, next] }, source) => {
  if (node.type !== 'AwaitExpression' || outer === undefined) return []
  const isUnused =
    outer.type === 'ExpressionStatement' ||
    outer.type === 'ReturnStatement' ||
    (outer.type === 'ArrowFunctionExpression' && outer.body === node) ||
    (outer.type === 'ParenthesizedExpression' && next?.type === 'UnaryExpression' && next.operator === 'void')
  return isUnused ? [replace(node, textOf(source, node.argument))] : []
}

/** Two neighbouring statements, one of which is waited for, in the other order. */
export const swappedAwaits: Operator = ({ node }, source) => {
  if (node.type !== 'BlockStatement') return []
  return node.body.slice(1).flatMap((second, index): Draft[] => {
    const first = node.body[index]
    if (first === undefined || !isEffect(first) || !isEffect(second)) return []
    if (!waits(first) && !waits(second)) return []
    if (declares(first, source).some((name) => uses(second, name))) return []
    const between = source.text.slice(first.end, second.start)
    const swapped = `${textOf(source, second)}${between}${textOf(source, first)}`
    return [replace({ start: first.start, end: second.end }, swapped)]
  })
}

/** One of several that are waited for together is left out. */
export const oneOfSeveral: Operator = ({ node }, source) => {
  if (node.type !== 'CallExpression' || !/^Promise\.all(Settled)?$/.test(textOf(source, node.callee))) return []
  const [list] = node.arguments
  if (list?.type !== 'ArrayExpression' || list.elements.length < 2) return []
  return list.elements.map((left) => {
    const others = list.elements
      .filter((element) => element !== left)
      .map((element) => element && textOf(source, element))
    return replace(list, `[${others.join(', ')}]`)
  })
}

const isEffect = ({ type }: Node): boolean => type === 'ExpressionStatement' || type === 'VariableDeclaration'

/** In itself, not in a function that it hands on. */
function waits(node: Node): boolean {
  const inner = [...everyNode(node)]
  const handedOn = inner.filter(isFunction)
  return inner.some(
    ({ type, start, end }) =>
      type === 'AwaitExpression' && !handedOn.some((other) => other.start <= start && end <= other.end),
  )
}

const declares = (node: Node, source: Source): string[] =>
  node.type === 'VariableDeclaration'
    ? node.declarations.flatMap(({ id }) => textOf(source, id).match(/[\w$]+/g) ?? [])
    : []

const uses = (node: Node, name: string): boolean =>
  [...everyNode(node)].some((inner) => inner.type === 'Identifier' && inner.name === name)
