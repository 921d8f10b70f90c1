import { expect, test } from 'vitest'
import { readRecord } from './records.ts'

const partition = { topic: 'orders', partition: 2 }
const stored = { offset: 7, key: Uint8Array.of(1), value: Uint8Array.of(0xff, 0) }

test('headers as they were written are read', () => {
  expect(
    readRecord(partition, stored, [
      ['h', 'AP8='],
      ['h', ''],
    ]),
  ).toEqual({
    position: { ...partition, offset: 7 },
    message: {
      topic: 'orders',
      key: stored.key,
      value: stored.value,
      headers: [
        ['h', Buffer.from([0, 0xff])],
        ['h', Buffer.alloc(0)],
      ],
    },
  })
})

test.each([
  ['names only', ['h']],
  ['a text as long as a pair', ['ab']],
  ['a pair without an end', [['h']]],
  ['more than a pair', [['h', '', '']]],
  ['one of them no pair', [['h', ''], 7]],
  ['no text', [['h', null]]],
  ['no list', { h: '' }],
  ['nothing', null],
])('of other headers nothing is read, and the rest stays as it is: %s', (_what, headers) => {
  const { message, unreadable } = readRecord(partition, stored, headers)
  expect(message).toEqual({ topic: 'orders', key: stored.key, value: stored.value, headers: [] })
  expect(unreadable).toMatchObject({ code: 'UNREADABLE', message: 'its headers cannot be read' })
})
