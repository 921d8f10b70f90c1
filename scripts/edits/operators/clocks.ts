/** The wrong clock, and the wrong unit of time. */
import { type Operator, replace } from '../edit.ts'
import { textOf } from '../source.ts'

const OTHER: Readonly<Record<string, string>> = {
  'performance.now()': 'Date.now()',
  'Date.now()': 'performance.now()',
}

export const wrongClock: Operator = ({ node }, source) => {
  const other = node.type === 'CallExpression' ? OTHER[textOf(source, node)] : undefined
  return other === undefined ? [] : [replace(node, other)]
}

/** Which argument of a call is a time, ms. */
const TIMES: Readonly<Record<string, number>> = { wait: 0, setTimeout: 1, setInterval: 1 }
const IN_MS = /\bms\b/

/** Seconds for milliseconds, and the reverse: in a wait, a timer, or a constant whose comment says ms. */
export const wrongUnit: Operator = ({ node, around: [outer, next] }, source) => {
  const both = (text: string) => [`${text} / 1_000`, `${text} * 1_000`]
  if (node.type === 'CallExpression') {
    const time = node.arguments[TIMES[textOf(source, node.callee)] ?? -1]
    return time === undefined ? [] : both(`(${textOf(source, time)})`).map((text) => replace(time, text))
  }
  if (node.type !== 'Literal' || typeof node.value !== 'number' || node.value === 0) return []
  if (outer?.type !== 'VariableDeclarator' || next === undefined) return []
  const before = source.text.slice(0, next.start).trimEnd()
  const comment = before.endsWith('*/') ? before.slice(before.lastIndexOf('/*')) : ''
  return IN_MS.test(comment) ? both(textOf(source, node)).map((text) => replace(node, text)) : []
}
