import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../virtual-clock.ts'
import { createTurns, STRETCH } from './turns.ts'

const dues = Array.from({ length: 2_000 }, (_, index) => index * 0.037)

describe('turns', () => {
  test('come when something is due or a little later, and never turn the order of a node round', () => {
    const turns = createTurns(7)
    let before = 0
    for (const due of dues) {
      const turn = turns.next('n1', due)
      expect(turn).toBeGreaterThanOrEqual(Math.max(due, before))
      expect(turn - due).toBeLessThanOrEqual(2 * STRETCH)
      before = turn
    }
  })

  test('are the same for a seed, and others for another node or seed', () => {
    const of = (seed: number, owner: string): readonly number[] => {
      const turns = createTurns(seed)
      return dues.map((due) => turns.next(owner, due))
    }
    expect(of(7, 'n1')).toEqual(of(7, 'n1'))
    expect(of(7, 'n1')).not.toEqual(of(7, 'n2'))
    expect(of(7, 'n1')).not.toEqual(of(8, 'n1'))
  })
})

describe('what falls due in one moment on two nodes', () => {
  const orders = new Set(
    Array.from({ length: 20 }, (_, seed) => {
      const clock = new VirtualClock()
      clock.reset(createTurns(seed))
      let order = ''
      for (const name of ['a', 'b']) {
        clock.set(5, () => (order += `${name}1 `), name)
        clock.set(5, () => (order += `${name}2 `), name)
      }
      while (clock.fireNext());
      return order
    }),
  )
  test('happens in another order under another seed, but on each node in the order in which it was set', () => {
    expect([...orders].sort()).toEqual(['a1 a2 b1 b2 ', 'b1 b2 a1 a2 '])
  })
})
