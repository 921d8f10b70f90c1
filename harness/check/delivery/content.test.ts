import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { contentOf, gets, type Happening, publishes, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'delivery/4'

const withContent = (happening: Happening, changes: Partial<ReturnType<typeof contentOf>>): Happening =>
  happening.map((event) => ('content' in event ? { ...event, content: { ...event.content, ...changes } } : event))

test('equal digests are equal messages', () => {
  expect(examine(CLAUSE, [takes(10, 'm1', { key: 'k' }), gets(12, 'c1', 'm1', { key: 'k' })])).toMatchObject(fine(1))
})

test.each([
  ['key', '"other"', 'm1 was delivered to c1 with another key than published'],
  ['value', '""', 'm1 was delivered to c1 with another value than published'],
  ['headers', '1 header 00', 'm1 was delivered to c1 with another headers than published'],
])('another %s is told apart', (part, digest, message) => {
  const happened = [publishes(10, 'm1'), withContent(gets(12, 'c1', 'm1'), { [part]: digest })]
  const { messages, violations } = examine(CLAUSE, happened)
  expect(messages).toEqual([message])
  expect(violations[0]).toMatchObject({
    expected: `${part} ${contentOf('m1')[part as 'key']}`,
    actual: `${part} ${digest}`,
    op: 'm1',
  })
})

test('a tombstone is not an empty value', () => {
  const tombstone = withContent(publishes(10, 'm1'), { value: 'null' })
  expect(examine(CLAUSE, [tombstone, withContent(gets(12, 'c1', 'm1'), { value: '""' })]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [tombstone, withContent(gets(12, 'c1', 'm1'), { value: 'null' })])).toMatchObject(fine(1))
})

test('the topic is part of the message', () => {
  const elsewhere = gets(12, 'c1', 'm1').map((event) => (event.type === 'deliver' ? { ...event, topic: 'u' } : event))
  expect(examine(CLAUSE, [publishes(10, 'm1'), elsewhere]).messages).toEqual([
    'm1 was delivered to c1 with another topic than published',
  ])
})

test('what is stored is compared as well', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), withContent(stores(11, 'm1'), { value: '"x"' })]).messages).toEqual([
    'm1 was stored at t/0@1 with another value than published',
  ])
})

test('nothing delivered, no occasion; a cut history still tells', () => {
  expect(examine(CLAUSE, [takes(10, 'm1')])).toMatchObject(fine(0))
  expect(
    examine(CLAUSE, [publishes(10, 'm1'), withContent(gets(12, 'c1', 'm1'), { key: '"x"' })], { complete: false })
      .messages,
  ).toHaveLength(1)
})
