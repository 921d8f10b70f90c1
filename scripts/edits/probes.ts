/**
 * Which statements a bus runs at all while it is certified. Under virtual time the same seed makes the same runs: what a bus
 * never runs, it never runs with an edit there either, so that only another bus can judge it.
 */
import type { Node } from 'oxc-parser'
import { applied, type Change, type Edit } from './edit.ts'
import type { Place, Source } from './source.ts'

/** The environment variable that names the file for what was reached, a line `FILE:OFFSET` each. */
export const REACHED = 'BUSPROOF_REACHED'

/** The module that probed files import, next to the folders of the adapters. */
export const PROBE = {
  file: 'adapters/reached.ts',
  text: `import { appendFileSync } from 'node:fs'
const seen = new Set<string>()
const file = process.env['${REACHED}']
export function reached(place: string): void {
  if (file === undefined || seen.has(place)) return
  seen.add(place)
  appendFileSync(file, place + '\\n')
}
`,
} as const

/** The same text, with a call before each statement, and before the result of each short function. */
export function probed(source: Source): string {
  const calls = probesIn(source).flatMap(({ node, around }): Change[] => {
    const call = `reached('${source.file}:${node.start}')`
    const [before, behind] = isResult(node, around[0])
      ? [`(${call}, `, ')']
      : isBranch(node, around[0])
        ? [`{ ${call}; `, ' }']
        : [`;${call}; `, '']
    return [
      { start: node.start, end: node.start, text: before },
      { start: node.end, end: node.end, text: behind },
    ]
  })
  return `import { reached } from '../reached.ts'\nreached('${source.file}:0')\n${applied(source.text, calls)}`
}

/** The innermost probe around an edit, or that of the file as it is loaded. */
export function probeOf({ changes: [{ start, end }] }: Pick<Edit, 'changes'>, source: Source): string {
  const around = probesIn(source).filter(({ node }) => node.start <= start && end <= node.end)
  return `${source.file}:${around.at(-1)?.node.start ?? 0}`
}

const probesIn = ({ places }: Source): Place[] =>
  places.filter(({ node, around: [outer] }) => isResult(node, outer) || isBranch(node, outer) || isInBlock(node, outer))

const isResult = (node: Node, outer: Node | undefined): boolean =>
  outer?.type === 'ArrowFunctionExpression' && outer.body === node && node.type !== 'BlockStatement'

const isBranch = (node: Node, outer: Node | undefined): boolean => {
  if (node.type === 'BlockStatement' || outer === undefined) return false
  if (outer.type === 'IfStatement') return outer.consequent === node || outer.alternate === node
  return (outer.type === 'ForStatement' || outer.type === 'ForOfStatement') && outer.body === node
}

const isInBlock = (node: Node, outer: Node | undefined): boolean =>
  node.type !== 'FunctionDeclaration' &&
  (outer?.type === 'BlockStatement' || (outer?.type === 'SwitchCase' && outer.test !== node))
