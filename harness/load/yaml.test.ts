import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseYaml } from './yaml.ts'

const shape = z.array(
  z.strictObject({ name: z.string().min(1), rate: z.number().max(100).exactOptional(), of: z.enum(['a', 'b']) }),
)
const parse = (text: string): unknown => parseYaml(text, 'load.yaml', shape)

test('YAML and JSON of the shape', () => {
  expect(parse('# comment\n- name: one\n  rate: 5\n  of: a\n')).toEqual([{ name: 'one', rate: 5, of: 'a' }])
  expect(parse('[{"name": "one", "of": "b"}]')).toEqual([{ name: 'one', of: 'b' }])
})

test.each([
  [
    'a wrong value',
    '- name: one\n  rate: many\n  of: a\n',
    'load.yaml:2:9: [0].rate: expected number, received string.',
  ],
  [
    'a number that is too large',
    '- name: one\n  rate: 500\n  of: a\n',
    /^load\.yaml:2:9: \[0\]\.rate: .*100, found 500\.$/,
  ],
  ['an unknown key', '- name: one\n  of: a\n  rat: 5\n', /^load\.yaml:3:3: \[0\]: Unrecognized key: "rat"; remove it/],
  ['a missing key', '- of: a\n- name: two\n  of: a\n', /^load\.yaml:1:3: \[0\]\.name: /],
  ['an empty file', '', 'load.yaml:1:1: expected array, received null.'],
  ['a key twice', '- name: one\n  name: two\n  of: a\n', 'load.yaml:2:3: not valid YAML: map keys must be unique.'],
  ['a bracket that is never closed', '- [a\n- b\n', /^load\.yaml:\d+:\d+: not valid YAML: /],
  ['an unknown alias', '- *none\n', /^load\.yaml:1:3: not valid YAML: unresolved alias/],
])('%s: one sentence with line and column', (_name, text, sentence) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'UsageError' }))
  expect(() => parse(text)).toThrow(sentence)
})

test('a bomb of aliases', () => {
  const bomb = Array.from(
    { length: 9 },
    (_, depth) =>
      `${'abcdefghij'[depth + 1]}: &${'abcdefghij'[depth + 1]} [${Array(9).fill(`*${'abcdefghij'[depth]}`).join(', ')}]`,
  )
  const text = ['a: &a [x]', ...bomb].join('\n')
  expect(() => parse(text)).toThrow(/^load\.yaml(:\d+:\d+)?: not valid YAML: /)
})
