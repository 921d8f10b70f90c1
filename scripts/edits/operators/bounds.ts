/** Off by one. */
import { type Operator, replace } from '../edit.ts'
import { textOf } from '../source.ts'

/** Larger ones are sizes and times, where one more or less is no mistake. */
const LARGEST = 16

/** A small whole number, one larger and one smaller. */
export const offByOneNumber: Operator = ({ node }) => {
  if (node.type !== 'Literal' || typeof node.value !== 'number') return []
  const { value } = node
  if (!Number.isInteger(value) || value > LARGEST) return []
  return [value + 1, value - 1].filter((near) => near >= 0).map((near) => replace(node, String(near)))
}

const NEAR: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }

/** A bound that counts, or no longer does. */
export const offByOneBound: Operator = ({ node }, source) => {
  if (node.type !== 'BinaryExpression') return []
  const near = NEAR[node.operator]
  if (near === undefined) return []
  return [replace(node, `${textOf(source, node.left)} ${near} ${textOf(source, node.right)}`)]
}
