import { describe, expect, it } from 'vitest'
import memory from '../adapters/memory/index.ts'
import type { Event } from '../harness/check/event.ts'
import { judge } from '../harness/check/judge.ts'
import { createColumns } from './columns/columns.ts'
import { longHeader, longHistory, SHAPE, type Shape } from './long-history.ts'

/** Small, but with everything in it. */
const SMALL: Shape = { ...SHAPE, messages: 2_000, keys: 50, fault: 400, moved: 500 }
const header = longHeader(memory)

function eventsOf(shape: Shape): readonly Event[] {
  const events: Event[] = []
  longHistory(shape, header, (event) => events.push(event))
  return events
}

describe('the long history', () => {
  it('is that of a correct bus, and keeps the checks busy', () => {
    const findings = judge(header, eventsOf(SMALL))
    expect(Object.entries(findings).filter(([, { violations }]) => violations.length > 0)).toEqual([])
    const busy = ['delivery/1', 'delivery/6', 'delivery/7', 'ordering/1', 'ordering/5', 'retry/2', 'dead-letter/1']
    for (const clause of busy) expect([clause, findings[clause]?.occasions]).not.toEqual([clause, 0])
  })

  it('is judged the same from columns, few of whose events keep their objects', () => {
    const columns = createColumns()
    const events = eventsOf(SMALL)
    for (const event of events) columns.append(event)
    expect(judge(header, columns)).toEqual(judge(header, events))
    expect(columns.unpacked).toBeLessThan(events.length / 100)
  })

  it('is the same for the same shape, in the order of time', () => {
    const events = eventsOf(SMALL)
    expect(eventsOf(SMALL)).toEqual(events)
    expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0))).toBe(true)
  })
})
