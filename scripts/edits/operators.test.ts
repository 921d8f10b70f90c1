import { describe, expect, it } from 'vitest'
import { applied } from './edit.ts'
import { editsOf, sharedBy } from './generate.ts'
import { OPERATORS } from './operators/index.ts'
import { parse } from './source.ts'

/** What one operator makes of a text. */
function made(operator: string, text: string): string[] {
  const source = parse('adapters/some/file.ts', text)
  const edits = editsOf(source, sharedBy([source]))
  return edits.filter((edit) => edit.operator === operator).map(({ changes }) => applied(text, changes))
}

const CASES: Readonly<Record<string, readonly (readonly [before: string, after: readonly string[]])[]>> = {
  'off-by-one-number': [
    ['const n = 1', ['const n = 2', 'const n = 0']],
    ['const n = 0', ['const n = 1']],
    ['const n = 5_000; const half = 0.5', []],
  ],
  'off-by-one-bound': [
    ['a < b', ['a <= b']],
    ['a >= b', ['a > b']],
    ['a === b', []],
  ],
  'swapped-awaits': [
    ['async function f() {\n  await a()\n  b()\n}', ['async function f() {\n  b()\n  await a()\n}']],
    ['async function f() { a(); b() }', []],
    ['async function f() { const a = await b(); c(a) }', []],
    ['function f() { a(); b(async () => await c()) }', []],
  ],
  'dropped-await': [
    [
      'async () => { await a(); return await b() }',
      ['async () => { a(); return await b() }', 'async () => { await a(); return b() }'],
    ],
    ['const f = async () => void (await a())', ['const f = async () => void (a())']],
    ['async () => { const a = await b() }', []],
  ],
  'one-of-several': [
    ['await Promise.all([a(), b])', ['await Promise.all([b])', 'await Promise.all([a()])']],
    ['await Promise.all(all); await Promise.race([a, b])', []],
  ],
  'dropped-call': [
    ['() => { a(); void b() }', ['() => { ; void b() }', '() => { a(); ; }']],
    ['async () => { await a() }', ['async () => { ; }']],
    ['() => { set.delete(a) }', []],
  ],
  'dropped-assignment': [
    [
      '() => { a = b; c += 1; d++ }',
      ['() => { ; c += 1; d++ }', '() => { a = b; ; d++ }', '() => { a = b; c += 1; ; }'],
    ],
    ['() => { a = null }', []],
  ],
  'forgotten-reset': [
    ['() => { set.delete(a); clearTimeout(b) }', ['() => { ; clearTimeout(b) }', '() => { set.delete(a); ; }']],
    ['() => { a = null }', ['() => { ; }']],
    ['() => { signal?.removeEventListener("abort", a) }', ['() => { ; }']],
    ['() => { set.add(a) }', []],
  ],
  'lost-error': [
    ['try { a() } catch (b) { c(b); throw b }', ['try { a() } catch (b) {}', 'try { a() } catch (b) { c(b); ; }']],
    ['a().catch((b) => c(b))', ['a().catch(() => undefined)']],
    ['new Failure(a, { b, cause })', ['new Failure(a, { b })']],
    ['new Failure(a, { cause: b })', ['new Failure(a, {})']],
    ['if (a) throw b', []],
  ],
  'dropped-finally': [
    ['try { a() } finally { b() }', ['try { a() } finally {}']],
    ['a().finally(b)', ['a()']],
  ],
  'wrong-clock': [
    ['const now = performance.now()', ['const now = Date.now()']],
    ['const now = Date.now()', ['const now = performance.now()']],
  ],
  'wrong-unit': [
    ['wait(a, b)', ['wait((a) / 1_000, b)', 'wait((a) * 1_000, b)']],
    ['setTimeout(a, b)', ['setTimeout(a, (b) / 1_000)', 'setTimeout(a, (b) * 1_000)']],
    [
      '/** How long, ms. */\nconst A = 40',
      ['/** How long, ms. */\nconst A = 40 / 1_000', '/** How long, ms. */\nconst A = 40 * 1_000'],
    ],
    ['/** How many items. */\nconst A = 40', []],
  ],
  'forgotten-operand': [
    ['const a = b && c', ['const a = b', 'const a = c']],
    ['const a = b ?? c', ['const a = b', 'const a = c']],
    ['a ??= b()', ['a = b()']],
  ],
  'forgotten-condition': [
    ['if (a) b(); else c()', ['if (true) b(); else c()', 'if (false) b(); else c()']],
    ['const a = b ? c : d', ['const a = (c)', 'const a = (d)']],
    ['() => { if (a) return b }', ['() => { if (true) return b }']],
  ],
  'dropped-return': [
    ['() => { if (a) return b }', ['() => { if (false) return b }']],
    ['for (const a of b) { if (a) { c(); continue } }', ['for (const a of b) { if (false) { c(); continue } }']],
    ['if (a) b()', []],
  ],
  'shared-state': [
    [
      "import 'x'\nconst f = () => { const a = new Map(); return a }",
      ["import 'x'\nconst a = new Map();\n\nconst f = () => { ; return a }"],
    ],
    ['function f() { let a = 0 }', ['\nlet a = 0\nfunction f() { ; }']],
    ['function f(b) { const a = new Map(b); const c = 0 }', []],
    ['const a = 1; function f() { let a = 0 }', []],
    ['function f() { if (b) { let a = 0 } }', []],
  ],
  'swapped-arguments': [
    [
      'const f = (a: string, b: number, c: string) => a; f(d, e, g)',
      ['const f = (a: string, b: number, c: string) => a; f(g, e, d)'],
    ],
    [
      'interface A { f(a: number, b: number): void }; a.f(b, c)',
      ['interface A { f(a: number, b: number): void }; a.f(c, b)'],
    ],
    ['const f = (a: string, b: number) => a; f(c, d)', []],
    ['const f = (a: string, b: string) => a; function g(f: (a: number) => 0) { f(c) }; g(d)', []],
  ],
  'swapped-values': [
    ['({ a: x.a, b: x.b })', ['({ a: x.b, b: x.a })']],
    ['({ a: x.a, b: y.b })', []],
  ],
  'wrong-literal': [
    ['const a = true', ['const a = false']],
    ["type A = 'x' | 'y'; const a: A = 'x'", ["type A = 'x' | 'y'; const a: A = 'y'"]],
    ["type A = 'x' | number; const a: A = 'x'", []],
    ["type A = 'x' | 'y'; const a = { 'x': 1 }", []],
  ],
}

describe.each(Object.keys(OPERATORS))('%s', (operator) => {
  it.each(CASES[operator] ?? [])('of %j makes %j', (before, after) => {
    expect(made(operator, before)).toEqual(after)
  })

  it('is tested on something that it edits', () => {
    expect(CASES[operator]?.some(([, after]) => after.length > 0)).toBe(true)
  })
})

it('edits no claims, types and imports', () => {
  const text =
    "import a from 'x' with { b: '1' }\nconst bus = { claims: { most: 1 } }\ninterface A { readonly most: 1 }"
  const source = parse('adapters/some/file.ts', text)
  expect(editsOf(source, sharedBy([source]))).toEqual([])
})
