import { describe, expect, it } from 'vitest'
import { applied } from './edit.ts'
import { editedFiles, importedBy, readSource, shippedBuses } from './files.ts'
import { editsOf, generate, sharedBy } from './generate.ts'
import { probed, probeOf } from './probes.ts'
import { type Reason, readReasons, type Tried, WHYS } from './record.ts'
import { sampleOf } from './sample.ts'
import { sharesBy } from './shares.ts'
import { parse } from './source.ts'

const sources = editedFiles().map((file) => readSource(file))
const edits = generate(sources)

describe('the edits of the shipped adapters', () => {
  it('all leave a file that can be read', () => {
    for (const source of sources) {
      for (const edit of edits.filter(({ file }) => file === source.file)) {
        expect(() => parse(edit.file, applied(source.text, edit.changes))).not.toThrow()
      }
    }
  })

  it('have an id of their own each', () => {
    expect(new Set(edits.map(({ id }) => id)).size).toBe(edits.length)
    expect(edits.length).toBeGreaterThan(2_000)
  })

  it('are no promises and no tests', () => {
    expect(edits.some(({ file }) => /claims|\.test\./.test(file))).toBe(false)
  })
})

it('an id survives a change of another place, and its edit says where it is', () => {
  const text = 'const f = () => {\n  a = 1\n}\n'
  const ofText = (given: string) => {
    const source = parse('adapters/some/file.ts', given)
    return editsOf(source, sharedBy([source])).find(({ operator }) => operator === 'dropped-assignment')
  }
  const [edit, later] = [ofText(text), ofText(`const g = 7\n\n${text}`)]
  expect(edit).toMatchObject({ line: 2, column: 3, before: 'a = 1', after: ';' })
  expect(later).toMatchObject({ line: 4, id: edit?.id })
})

it('edits that are alike in all but their number have different ids', () => {
  const source = parse('adapters/some/file.ts', 'const f = () => [a && b, a && b]')
  const ids = editsOf(source, sharedBy([source])).map(({ id }) => id)
  expect(ids).toHaveLength(4)
  expect(new Set(ids).size).toBe(4)
})

describe('probes', () => {
  it('leave a file that can be read, of every file', () => {
    for (const source of sources) expect(() => parse(source.file, probed(source))).not.toThrow()
  })

  it('stand before each statement, each branch and each result', () => {
    const text = 'const f = (a) => {\n  if (a) return 1\n  return () => 2\n}'
    const calls = [...probed(parse('f.ts', text)).matchAll(/reached\('f\.ts:(\d+)'\)/g)].map(([, at]) => Number(at))
    expect(calls).toEqual([
      0,
      text.indexOf('if'),
      text.indexOf('return 1'),
      text.indexOf('return ()'),
      text.indexOf('2'),
    ])
  })

  it('tell which one an edit stands behind', () => {
    const text = 'const f = (a) => {\n  if (a) return 1\n  return () => 2\n}'
    const at = (what: string) => ({ start: text.indexOf(what), end: text.indexOf(what) + what.length, text: '' })
    const source = parse('f.ts', text)
    expect(probeOf({ changes: [at('1')] }, source)).toBe(`f.ts:${text.indexOf('return 1')}`)
    expect(probeOf({ changes: [at('2')] }, source)).toBe(`f.ts:${text.indexOf('2')}`)
    expect(probeOf({ changes: [at('f')] }, source)).toBe('f.ts:0')
  })
})

describe('a sample', () => {
  it('is the same for one seed, and another for another', () => {
    expect(sampleOf(edits, 40, 1)).toEqual(sampleOf(edits, 40, 1))
    expect(sampleOf(edits, 40, 1)).not.toEqual(sampleOf(edits, 40, 2))
  })

  it('takes from each operator before it takes from one again, and grows by what follows', () => {
    const operators = new Set(edits.map(({ operator }) => operator)).size
    const sample = sampleOf(edits, operators, 3)
    expect(new Set(sample.map(({ operator }) => operator)).size).toBe(operators)
    expect(sampleOf(edits, operators + 10, 3).slice(0, operators)).toEqual(sample)
    expect(sampleOf(edits, 10_000, 3)).toHaveLength(edits.length)
  })
})

it('a bus belongs to the files that it imports, through other modules too', () => {
  const buses = shippedBuses()
  expect(buses[0]).toEqual({ bus: 'memory', module: 'adapters/memory/index.ts', site: 'simulated' })
  expect(buses.map(({ bus }) => bus)).toContain('memory/outbox')
  expect(buses.find(({ bus }) => bus === 'postgres')?.site).toBe('real')
  const ofPooled = importedBy('adapters/memory/pooled.ts')
  expect(ofPooled.has('adapters/memory/pool.ts')).toBe(true)
  expect(ofPooled.has('adapters/resilience/wait.ts')).toBe(true)
  expect(ofPooled.has('adapters/memory/outbox.ts')).toBe(false)
})

it('every file that is edited belongs to a bus', () => {
  const imported = new Set(shippedBuses().flatMap(({ module }) => [...importedBy(module)]))
  expect(editedFiles().filter((file) => !imported.has(file))).toEqual([])
})

it('shares count what was caught of what differs and runs', () => {
  const tried = (id: string, verdict: Tried['verdict']): Tried => ({
    ...{ id, operator: 'some', file: 'a.ts', line: 1, column: 1, before: '', after: '' },
    ...{ verdict, by: [], trials: [] },
  })
  const all = [
    tried('1', 'caught'),
    tried('2', 'survived'),
    tried('3', 'survived'),
    tried('4', 'invalid'),
    tried('5', 'survived'),
  ]
  const reasons = new Map<string, Reason>([
    ['2', { is: 'equivalent', why: '' }],
    ['3', { is: 'gap', why: '' }],
    ['5', { is: 'unreached', why: '' }],
    ['1', { is: 'gap', why: 'it is caught by now' }],
  ])
  expect(
    sharesBy(({ operator }) => operator, all, reasons)
      .split('\n')
      .slice(2),
  ).toEqual(['| some | 5 | 1 | 1 | 3 | 1 | 0 | 1 | 1 | 50 % |', '| all | 5 | 1 | 1 | 3 | 1 | 0 | 1 | 1 | 50 % |'])
})

it('each reason is of one kind, and says why', () => {
  for (const [id, { is, why }] of readReasons()) {
    expect(id).toMatch(/^[0-9a-f]{10}$/)
    expect(WHYS).toContain(is)
    expect(why.length).toBeGreaterThan(20)
  }
})
