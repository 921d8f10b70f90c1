import fc from 'fast-check'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { parseExposition } from './exposition.ts'

test('samples with labels, escapes, numbers of every form and time stamps', () => {
  const text = String.raw`# HELP a_total What \\ it counts
# TYPE a_total counter
a_total{of="x\"y\\z\n",by=""} 1.5e3
a_total{of="other",} 2 1700000000000

# a comment of another kind
# TYPE b gauge
b -3
# TYPE c untyped
c{le="+Inf"} +Inf
c{le="NaN"} NaN
`
  const { samples, wrong } = parseExposition(text)
  expect(wrong).toBeNull()
  expect(samples).toMatchObject([
    { name: 'a_total', labels: { of: 'x"y\\z\n', by: '' }, value: 1500 },
    { name: 'a_total', labels: { of: 'other' }, value: 2 },
    { name: 'b', labels: {}, value: -3 },
    { name: 'c', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY },
    { name: 'c', value: Number.NaN },
  ])
})

test('blanks and tabs between whatever belongs together', () => {
  const { samples, wrong } = parseExposition(' # \t TYPE  a \t gauge \n\ta { b = "1" , c="2", } 1 \na{b="2"}2\t3\t\n')
  expect(wrong).toBeNull()
  expect(samples).toEqual([
    { name: 'a', labels: { b: '1', c: '2' }, value: 1 },
    { name: 'a', labels: { b: '2' }, value: 2 },
  ])
})

test.each([
  ['no line feed at the end', 'a 1', 'line 1 does not end: a 1'],
  ['no value', 'a\n', 'line 1 is no sample: a'],
  ['a value that is none', 'a one\n', 'line 1 is no sample: a one'],
  ['a name with a hyphen', 'a-b 1\n', 'line 1 is no sample: a-b 1'],
  ['a label without quotes', 'a{b=c} 1\n', 'line 1 is no sample: a{b=c} 1'],
  ['a quote that is not escaped', 'a{b="c"d"} 1\n', 'line 1 is no sample: a{b="c"d"} 1'],
  ['a label twice', 'a{b="1",b="2"} 1\n', 'line 1 is no sample: a{b="1",b="2"} 1'],
  ['a series twice', 'a{b="1",c="2"} 1\na{c="2",b="1"} 2\n', 'line 2 tells a series again: a{c="2",b="1"} 2'],
  [
    'a metric in two places',
    'a{b="1"} 1\nc 1\na{b="2"} 1\n',
    'line 3 comes back to a after another metric: a{b="2"} 1',
  ],
  ['a type that there is not', '# TYPE a number\n', 'line 1 names a type that there is not, number: # TYPE a number'],
  ['a type again', '# TYPE a gauge\n# TYPE a gauge\n', 'line 2 names the type of a again: # TYPE a gauge'],
  [
    'a type behind its samples',
    'a 1\n# TYPE a gauge\n',
    'line 2 names the type of a after its samples: # TYPE a gauge',
  ],
  ['a counter below zero', '# TYPE a counter\na -1\n', 'line 2 tells a counter below 0: a -1'],
])('%s', (_, text, sentence) => {
  expect(parseExposition(text).wrong).toBe(sentence)
})

test('what prom-client writes is read as it was', async () => {
  const label = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', ' ', '{', '}', ',', 'ä') })
  const series = fc.uniqueArray(label, { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(series, fc.nat(), fc.double({ noNaN: true }), async (labels, count, level) => {
      const registers = [new Registry()]
      const counter = new Counter({ name: 'c_total', help: 'of "what"\n', labelNames: ['of'], registers })
      const gauge = new Gauge({ name: 'g', help: 'level', registers })
      const histogram = new Histogram({ name: 'h', help: 'times', buckets: [1, 2], registers })
      for (const of of labels) counter.inc({ of }, count)
      gauge.set(level)
      histogram.observe(1.5)
      const { samples, wrong } = parseExposition(`${await registers[0]?.metrics()}`)
      expect(wrong).toBeNull()
      const counted = samples.filter(({ name }) => name === 'c_total')
      expect(counted.map((one) => one.labels.of)).toEqual(labels)
      expect(counted.every(({ value }) => value === count)).toBe(true)
      expect(samples.find(({ name }) => name === 'g')?.value === level).toBe(true)
      expect(samples.filter(({ name }) => name === 'h_bucket').map(({ value }) => value)).toEqual([0, 1, 1])
    }),
    { numRuns: 50 },
  )
})
