import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../harness/check/event.ts'
import { createColumns } from './columns.ts'

function through(events: readonly Event[]) {
  const columns = createColumns()
  for (const event of events) columns.append(event)
  return { back: [...columns], unpacked: columns.unpacked, length: columns.length }
}

/** Few of each, so that they come again, and some that are almost like those that need no table. */
const name = fc.constantFrom('n0', 'n1', '', 'drain', 'a "name"', '日本語')
const op = fc.constantFrom('m0', 'm1', 'm12', 'm01', 'm', 'm-1', 'm1234567890', 'm1~redriven', 'probe-3', 'x', '')
const delivery = fc.constantFrom('c0#0', 'c0#17', 'c1#17', 'c0#', 'c0#01', 'd', 'c0#99999999999')
const consumer = fc.constantFrom('c0', 'c1', 'c0#')
const count = fc.oneof(
  fc.nat(3),
  fc.constantFrom(-0, -1, 0.5, 4095, 4096, 1_048_576, 2 ** 21, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, Number.NaN),
)
const digest = fc.constantFrom(
  'null',
  '"key-1"',
  'none',
  '35 bytes 0123456789abcdef',
  '035 bytes 0123456789abcdef',
  '35 bytes 0123456789ABCDEF',
  '1 header ffffffffffffffff',
  '3 headers 0000000000000001',
  '9999999999 bytes 0123456789abcdef',
)
const at = fc.oneof(fc.double(), fc.nat())
/** Events have a prototype, as everything that was parsed. */
const plain = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { noNullPrototype: true })
const content = plain({ key: digest, value: digest, headers: digest })
const position = plain({ topic: name, partition: count, offset: count })
const error = fc.constant({ code: 'TIMEOUT', effect: null, retryable: true, message: 'late', causes: [] } as const)
const of = <T extends Event['type']>(type: T) => ({ type: fc.constant(type), at })
const member = { node: name, consumer, group: name }
const orNull = fc.option(op, { freq: 9 })
/** What may be there or not. */
const perhaps = <R extends object, O extends object>(required: R, optional: O) =>
  fc.record({ ...required, ...optional } as R & O, {
    requiredKeys: Object.keys(required) as never[],
    noNullPrototype: true,
  })

const PACKED = {
  publish: perhaps(
    { ...of('publish'), node: name, op, producer: name, topic: name, content, hasKey: fc.boolean() },
    { id: name, lives: fc.nat(), bytes: fc.nat() },
  ),
  'attempt-began': plain({ ...of('attempt-began'), node: name, op, attempt: count }),
  'attempt-ended': perhaps(
    { ...of('attempt-ended'), node: name, op, attempt: count, outcome: fc.constantFrom('ok', 'failed', 'cancelled') },
    { error },
  ),
  received: plain({ ...of('received'), op, topic: name }),
  stored: plain({ ...of('stored'), op: orNull, position, content }),
  published: perhaps(
    { ...of('published'), node: name, op, status: fc.constantFrom('acknowledged', 'queued', 'failed') },
    { position, error },
  ),
  deliver: perhaps(
    { ...of('deliver'), ...member, delivery, op: orNull, topic: name, content, attempt: count },
    { position },
  ),
  handled: plain({
    ...of('handled'),
    ...member,
    delivery,
    op: orNull,
    outcome: fc.constantFrom('ok', 'retryable', 'permanent'),
  }),
  committed: plain({ ...of('committed'), ...member, topic: name, partition: count, next: count }),
  position: plain({ ...of('position'), group: name, topic: name, partition: count, next: count }),
} as unknown as Readonly<Record<string, fc.Arbitrary<Event>>>

const place = { topic: 't', partition: 1 }
const OTHERS: readonly Event[] = [
  { type: 'phase', at: 1, phase: 'drain' },
  { type: 'subscribe', at: 2, node: 'n0', consumer: 'c0', group: 'g', topics: ['t'], from: 'latest' },
  { type: 'assigned', at: 3, node: 'n0', consumer: 'c0', partitions: [place] },
  { type: 'fault', at: 4, fault: 0, kind: 'reset', role: 'publish', direction: 'up' },
  { type: 'rows', at: 5, rows: [{ id: 'r', values: { a: [null, { b: 1 }] } }] },
  { type: 'end', at: 6 },
]

describe('columns', () => {
  for (const [type, event] of Object.entries(PACKED)) {
    it(`gives back each ${type} as it was, ordinary or not`, () => {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 30 }), (events) => {
          expect(through(events).back).toStrictEqual(events)
        }),
      )
    })
  }

  it('gives back every type of event, in order', () => {
    const any = fc.oneof(...Object.values(PACKED), fc.constantFrom(...OTHERS))
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (events) => {
        const { back, length } = through(events)
        expect(back).toStrictEqual(events)
        expect(length).toBe(events.length)
      }),
    )
  })

  it('keeps what further fields stand beside, at any depth', () => {
    const events = [
      { type: 'received', at: 1, op: 'm1', topic: 't', more: 1 },
      { type: 'stored', at: 1, op: 'm1', position: { ...place, offset: 1, more: 1 }, content: {} },
      { type: 'stored', at: 1, op: 'm1', position: { ...place, offset: 1 }, content: { key: 'null', more: 1 } },
    ] as unknown as Event[]
    expect(through(events)).toMatchObject({ back: events, unpacked: 3 })
  })

  it('keeps no object of what long histories consist of', () => {
    const about = { key: '"key-1"', value: '35 bytes 0123456789abcdef', headers: '3 headers 5d41402abc4b2a76' }
    const events = Array.from({ length: 20_000 }, (_, index): readonly Event[] => {
      const op = `m${index}`
      const called = { node: 'n0', consumer: 'c0', group: 'g', delivery: `c0#${index}`, op }
      const lies = { ...place, offset: index }
      return [
        { type: 'publish', at: index, node: 'n0', op, producer: 'p0', topic: 't', content: about, hasKey: true },
        { type: 'stored', at: index, op, position: lies, content: about },
        { type: 'published', at: index, node: 'n0', op, status: 'acknowledged', position: lies },
        { type: 'deliver', at: index, ...called, topic: 't', content: about, position: lies, attempt: 1 },
        { type: 'handled', at: index + 0.25, ...called, outcome: 'ok' },
      ]
    }).flat()
    const { back, unpacked } = through(events)
    expect(unpacked).toBe(0)
    expect(back).toStrictEqual(events)
  })
})
