import { describe, expect, it } from 'vitest'
import type { Event } from '../events/kinds.ts'
import { createPoisons } from './poison.ts'

const position = { topic: 't0', partition: 0, offset: 0 }

function world(poison: () => Promise<typeof position | null>) {
  const events: Event[] = []
  const poisons = createPoisons({
    plan: { seed: 1 } as never,
    environment: { poison, now: () => 0 } as never,
    nodes: { topics: ['t0'] } as never,
    record: (event) => void events.push(event),
  })
  return { poisons, events }
}

describe('what cannot be read', () => {
  it('waits for a system that is down, without holding up what brings it back', async () => {
    let back = (_position: typeof position): void => undefined
    const down = new Promise<typeof position>((resolve) => {
      back = resolve
    })
    const { poisons, events } = world(() => down)
    poisons.store(0, { at: 0, topic: 0 })
    expect(events).toEqual([])
    back(position)
    await poisons.stored()
    expect(events).toEqual([expect.objectContaining({ type: 'poison', position })])
  })

  it('tells when it could not be stored', async () => {
    const { poisons } = world(async () => {
      throw new Error('no system')
    })
    poisons.store(0, { at: 0, topic: 0 })
    await expect(poisons.stored()).rejects.toThrow('no system')
  })
})
