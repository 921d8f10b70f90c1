/** One source file as a tree, and the places in it that operators look at. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser'

/** A node, with those around it from the innermost to the program. */
export interface Place<T extends Node = Node> {
  readonly node: T
  readonly around: readonly Node[]
}

export interface Source {
  /** From the root of the repository. */
  readonly file: string
  readonly text: string
  readonly program: Node
  /** In the order of the text, without types, imports, and what an adapter claims. */
  readonly places: readonly Place[]
}

/** Throws where the text is not TypeScript. */
export function parse(file: string, text: string): Source {
  const { program, errors } = parseSync(file, text)
  const [first] = errors
  if (first !== undefined) throw new SyntaxError(`${file}: ${first.message}`)
  const places: Place[] = []
  walk(program, [], (place) => places.push(place))
  return { file, text, program, places }
}

export const textOf = ({ text }: Pick<Source, 'text'>, { start, end }: Pick<Node, 'start' | 'end'>): string =>
  text.slice(start, end)

export const isFunction = (node: Node): boolean =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'

/** What stands for something while types are left out of sight. */
const WRAPPERS: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])
const PASSED_OVER: ReadonlySet<string> = new Set(['ImportDeclaration', 'ExportAllDeclaration'])

/** A claim is a promise, not behaviour: another one makes another bus, not a broken one. */
const isClaims = (node: Node): boolean =>
  node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === 'claims'

function walk(node: Node, around: readonly Node[], visit: (place: Place) => void): void {
  if (PASSED_OVER.has(node.type) || isClaims(node)) return
  if (node.type.startsWith('TS') && !WRAPPERS.has(node.type)) return
  visit({ node, around })
  for (const child of childrenOf(node)) walk(child, [node, ...around], visit)
}

export function childrenOf(node: Node): Node[] {
  const fields = node as unknown as Readonly<Record<string, unknown>>
  const found = (visitorKeys[node.type] ?? []).flatMap((key): unknown[] => [fields[key]].flat())
  return found.filter((child): child is Node => typeof child === 'object' && child !== null)
}

/** Every node below, types too. */
export function* everyNode(node: Node): Generator<Node> {
  yield node
  for (const child of childrenOf(node)) yield* everyNode(child)
}

/** Names of the functions, variables and properties around a place, from the outermost. */
export const pathOf = ({ around }: Place): string =>
  around
    .map(nameOf)
    .filter((name) => name !== null)
    .reverse()
    .join('.')

function nameOf(node: Node): string | null {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return node.id?.name ?? null
  if (node.type === 'VariableDeclarator') return node.id.type === 'Identifier' ? node.id.name : null
  if (node.type === 'Property' || node.type === 'MethodDefinition')
    return node.key.type === 'Identifier' ? node.key.name : null
  return null
}
