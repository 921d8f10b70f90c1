/** All edits of some sources. */
import type { Node } from 'oxc-parser'
import { applied, type Edit, editOf, type Shared } from './edit.ts'
import { OPERATORS } from './operators/index.ts'
import { everyNode, type Source, textOf } from './source.ts'

/** In the order of files and places. Two operators that come to the same text give one edit. */
export function generate(sources: readonly Source[]): Edit[] {
  const all = sharedBy(sources)
  return sources.flatMap((source) => editsOf(source, all))
}

export function editsOf(source: Source, all: Shared): Edit[] {
  const texts = new Set([source.text])
  const ids = new Set<string>()
  const edits: Edit[] = []
  for (const place of source.places) {
    for (const [name, operator] of Object.entries(OPERATORS)) {
      for (const draft of operator(place, source, all)) {
        const text = applied(source.text, draft)
        if (texts.has(text)) continue
        texts.add(text)
        let ordinal = 0
        let edit = editOf(name, draft, place, source, ordinal)
        while (ids.has(edit.id)) edit = editOf(name, draft, place, source, ++ordinal)
        ids.add(edit.id)
        edits.push(edit)
      }
    }
  }
  return edits
}

export function sharedBy(sources: readonly Source[]): Shared {
  const signatures = new Map<string, readonly (string | null)[] | null>()
  const unions = new Map<string, readonly string[]>()
  for (const source of sources) {
    for (const node of everyNode(source.program)) {
      const called = signatureOf(node, source)
      if (called !== null) {
        const known = signatures.get(called.name)
        const isSame = known === undefined || JSON.stringify(known) === JSON.stringify(called.types)
        signatures.set(called.name, isSame ? called.types : null)
      }
      const literals = node.type === 'TSUnionType' ? literalsOf(node.types) : null
      if (literals !== null) unions.set(literals.join('|'), literals)
    }
  }
  return { signatures, unions: [...unions.values()].sort((one, other) => one.length - other.length) }
}

function signatureOf(node: Node, source: Source): { name: string; types: (string | null)[] } | null {
  const typesOf = (params: readonly Node[]) => params.map((param) => typeOf(param, source))
  if (node.type === 'FunctionDeclaration' && node.id !== null)
    return { name: node.id.name, types: typesOf(node.params) }
  if (
    node.type === 'VariableDeclarator' &&
    node.id.type === 'Identifier' &&
    node.init?.type === 'ArrowFunctionExpression'
  )
    return { name: node.id.name, types: typesOf(node.init.params) }
  if (node.type === 'TSMethodSignature' && node.key.type === 'Identifier')
    return { name: node.key.name, types: typesOf(node.params) }
  return null
}

function typeOf(param: Node, source: Source): string | null {
  const annotated = param.type === 'AssignmentPattern' ? param.left : param
  const type = 'typeAnnotation' in annotated ? annotated.typeAnnotation : null
  return type === null || type === undefined ? null : textOf(source, type)
}

/** Null where one of them is anything but a string. */
function literalsOf(types: readonly Node[]): readonly string[] | null {
  const found = types.map((type) => (type.type === 'TSLiteralType' ? stringOf(type.literal) : null))
  return found.length > 1 && found.every((text) => text !== null) ? found : null
}

export const stringOf = (node: Node): string | null =>
  node.type === 'Literal' && typeof node.value === 'string' ? node.value : null
