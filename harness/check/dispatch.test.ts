import { describe, expect, it } from 'vitest'
import { dispatch, type Stepper } from './dispatch.ts'
import type { Event } from './event.ts'

const OPEN: Event = { type: 'open', at: 1, node: 'n0' }
const END: Event = { type: 'end', at: 2 }

function shown(takes: Record<string, Stepper['takes']>, events: readonly Event[]): string[] {
  const seen: string[] = []
  const steppers = Object.entries(takes).map(([name, types]): Stepper => {
    const step = (event: Event): void => void seen.push(`${name} ${event.type}`)
    return types === undefined ? { step } : { takes: types, step }
  })
  const show = dispatch(steppers)
  for (const [seq, event] of events.entries()) show(event, { at: event.at, seq })
  return seen
}

describe('dispatch', () => {
  it('shows an event to those that take its type, and to those that take all', () => {
    expect(shown({ one: ['open'], all: undefined, none: ['end'] }, [OPEN])).toEqual(['one open', 'all open'])
  })

  it('keeps to the order of the steppers for every type', () => {
    expect(shown({ b: ['end', 'open'], a: ['open', 'end'] }, [OPEN, END, OPEN])).toEqual([
      'b open',
      'a open',
      'b end',
      'a end',
      'b open',
      'a open',
    ])
  })

  it('passes over what has no steps', () => {
    const show = dispatch([{}])
    expect(() => show(OPEN, { at: 1, seq: 0 })).not.toThrow()
  })
})
