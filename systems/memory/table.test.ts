import { expect, test } from 'vitest'
import type { Row } from '../../harness/adapter.ts'
import type { RowEvent } from './protocol.ts'
import { createTable } from './table.ts'

const row = (id: string): Row => ({ id, values: { flag: true, count: 1, ratio: 0.5, label: '1', note: null } })
const event: RowEvent = { topic: 't', dedup: null, message: { key: null, value: null, headers: [] } }

test('a row is stored once, and its event waits until it is relayed', () => {
  const table = createTable()
  expect([table.store(row('a'), event), table.store(row('b'), event), table.store(row('a'), event)]).toEqual([
    true,
    true,
    false,
  ])
  expect(table.rows()).toEqual([row('a'), row('b')])
  expect(table.waiting(1)).toEqual([{ row: 'a', event }])
  table.relayed('a')
  expect(table.waiting(9).map((entry) => entry.row)).toEqual(['b'])
  expect(table.store(row('a'), event)).toBe(false)
  expect(table.waiting(9)).toHaveLength(1)
})

test('a row without an event does not wait', () => {
  const table = createTable()
  table.store(row('a'), null)
  expect([table.rows(), table.waiting(9)]).toEqual([[row('a')], []])
})

test('rows are forgotten, and events that wait are not', () => {
  const table = createTable()
  table.store(row('a'), event)
  table.forgetRows()
  expect([table.rows(), table.waiting(9)]).toEqual([[], [{ row: 'a', event }]])
})
