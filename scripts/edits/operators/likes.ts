/** The wrong one of two that are alike. */
import type { Node } from 'oxc-parser'
import { type Draft, type Operator, replace } from '../edit.ts'
import { type Source, textOf } from '../source.ts'

/** Two arguments of one type in the other order. */
export const swappedArguments: Operator = ({ node }, source, { signatures }) => {
  if (node.type !== 'CallExpression') return []
  const types = signatures.get(calledName(node.callee) ?? '') ?? null
  if (types === null) return []
  const given = node.arguments
  return given.flatMap((one, index) =>
    given.slice(index + 1).flatMap((other, further) => {
      const type = types[index]
      const isAlike = type !== null && type !== undefined && type === types[index + 1 + further]
      return isAlike ? swap(one, other, source) : []
    }),
  )
}

/** Two neighbouring properties that come from one object, each with the other's value. */
export const swappedValues: Operator = ({ node }, source) => {
  if (node.type !== 'ObjectExpression') return []
  return node.properties.slice(1).flatMap((second, index) => {
    const first = node.properties[index]
    if (first?.type !== 'Property' || second.type !== 'Property') return []
    const [one, other] = [first.value, second.value]
    if (one.type !== 'MemberExpression' || other.type !== 'MemberExpression') return []
    return textOf(source, one.object) === textOf(source, other.object) ? swap(one, other, source) : []
  })
}

/** Another literal of the same type: `true` for `false`, `'none'` for `'unknown'`. */
export const wrongLiteral: Operator = ({ node, around: [outer] }, _source, { unions }) => {
  if (node.type !== 'Literal' || (outer?.type === 'Property' && outer.key === node)) return []
  if (typeof node.value === 'boolean') return [replace(node, String(!node.value))]
  const { value } = node
  if (typeof value !== 'string') return []
  const union = unions.find((literals) => literals.includes(value)) ?? []
  return union.filter((other) => other !== value).map((other) => replace(node, `'${other}'`))
}

const swap = (one: Node, other: Node, source: Source): Draft[] => [
  [
    { start: one.start, end: one.end, text: textOf(source, other) },
    { start: other.start, end: other.end, text: textOf(source, one) },
  ],
]

function calledName(callee: Node): string | null {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : null
}
