import { describe, expect, it } from 'vitest'
import { SiteError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { createEvidence, type ProducingRole } from './evidence.ts'

const NODE = { node: 'n0' } as const
const CONTENT = { key: 'null', value: '"v"', headers: '[]' }
const POSITION = { topic: 't0', partition: 0, offset: 3 }

const publish = (at: number): Event => ({
  type: 'publish',
  at,
  ...NODE,
  op: 'm1',
  producer: 'p0',
  topic: 't0',
  content: CONTENT,
  hasKey: false,
})
const acknowledged = (at: number): Event => ({ type: 'published', at, ...NODE, op: 'm1', status: 'acknowledged' })
const stored = (at: number): Event => ({ type: 'stored', at, op: 'm1', position: POSITION, content: CONTENT })
const consumer = { ...NODE, consumer: 'c0', group: 'g0', op: 'm1' }
const deliver = (at: number): Event => ({
  type: 'deliver',
  at,
  ...consumer,
  delivery: 'd1',
  topic: 't0',
  content: CONTENT,
  position: POSITION,
  attempt: 1,
})
const handled = (at: number): Event => ({ type: 'handled', at, ...consumer, delivery: 'd1', outcome: 'permanent' })
const deadLettered = (at: number): Event => ({ type: 'dead-lettered', at, ...NODE, ...consumer, position: POSITION })
const letter = (at: number): Event => ({
  type: 'dead-letter',
  at,
  op: 'm1',
  position: { ...POSITION, topic: 't0.dlq' },
  content: CONTENT,
  fields: {},
})

type Flow = readonly [at: number, way: 'publish up' | 'consume down' | 'dead-letter up']

interface Run {
  readonly flows?: readonly Flow[]
  readonly requests?: readonly ProducingRole[]
  /** Roles whose requests were read. */
  readonly read?: readonly ProducingRole[]
}

function conclude(events: readonly Event[], { flows = [], requests = [], read = [] }: Run): () => void {
  let now = 0
  const evidence = createEvidence(() => now)
  for (const event of events) evidence.step(event)
  for (const [at, way] of flows) {
    now = at
    if (way === 'consume down') evidence.flowed('consume', 'down')
    else evidence.flowed(way === 'publish up' ? 'publish' : 'dead-letter', 'up')
  }
  for (const role of requests) evidence.requested(role, 'm1')
  return () => evidence.conclude(read)
}

const PUBLISHED = [publish(100), acknowledged(110), stored(900)]
const UP: Flow = [105, 'publish up']
const FAILED = [...PUBLISHED, deliver(200), handled(210)]
const DOWN: Flow = [150, 'consume down']

describe('traffic that goes past the links', () => {
  it.each([
    ['nothing ever went up', []],
    ['nothing went up after it was published', [[50, 'publish up']]],
  ] as const)('is stored though %s', (_how, flows) => {
    expect(conclude(PUBLISHED, { flows })).toThrow(SiteError)
    expect(conclude(PUBLISHED, { flows })).toThrow(
      /past the publish link.*m1 was stored, but no request for it passed the link/,
    )
  })

  it('is stored though none of the requests that were read was for it', () => {
    expect(conclude(PUBLISHED, { flows: [UP], read: ['publish'] })).toThrow(/past the publish link/)
    expect(conclude(PUBLISHED, { flows: [UP], read: ['publish'], requests: ['dead-letter'] })).toThrow(/publish link/)
  })

  it.each([
    ['nothing ever came down', []],
    ['nothing came down after it was published', [[50, 'consume down']]],
    ['something came down only later', [[300, 'consume down']]],
  ] as const)('is delivered though %s', (_how, flows) => {
    expect(conclude([...PUBLISHED, deliver(200)], { flows: [UP, ...flows] })).toThrow(
      /past the consume link.*m1 was published and delivered/,
    )
  })

  it.each([
    ['nothing ever went up', {}],
    ['nothing went up after it failed', { flows: [[120, 'dead-letter up']] }],
    ['none of the requests that were read was for it', { flows: [[220, 'dead-letter up']], read: ['dead-letter'] }],
  ] as const)('leaves a dead letter though %s', (_how, { flows = [], ...run }: Run) => {
    const events = [...FAILED, deadLettered(230), letter(240)]
    expect(conclude(events, { ...run, flows: [UP, DOWN, ...flows] })).toThrow(/past the dead-letter link/)
  })

  it('has a dead letter of a group without a handler, before the handler of another group failed', () => {
    const events = [...PUBLISHED, deliver(200), letter(205), handled(210)]
    expect(conclude(events, { flows: [UP, DOWN, [203, 'dead-letter up']] })).not.toThrow()
    expect(conclude(events, { flows: [UP, DOWN, [207, 'dead-letter up']] })).toThrow(/past the dead-letter link/)
  })

  it('leaves more dead letters than requests went up', () => {
    const run: Run = { flows: [UP, DOWN], read: ['dead-letter'], requests: ['dead-letter'] }
    expect(conclude([...FAILED, letter(230), letter(240)], run)).toThrow(/past the dead-letter link/)
    expect(conclude([...FAILED, letter(230)], run)).not.toThrow()
  })
})

describe('traffic that goes through the links', () => {
  it('is whatever moved in time', () => {
    const flows: readonly Flow[] = [UP, DOWN, [220, 'dead-letter up']]
    expect(conclude([...FAILED, deadLettered(230), letter(240)], { flows })).not.toThrow()
  })

  it('is what was sent after its caller was told so', () => {
    expect(conclude(PUBLISHED, { flows: [[500, 'publish up']] })).not.toThrow()
  })

  it('is seen by clocks that differ a little', () => {
    const flows: readonly Flow[] = [UP, [200.9, 'consume down']]
    expect(conclude([...PUBLISHED, deliver(200)], { flows })).not.toThrow()
  })
})

describe('what an adapter merely says, the checks judge:', () => {
  it('an acknowledgement of what is nowhere', () => {
    expect(conclude([publish(100), acknowledged(110)], { read: ['publish'] })).not.toThrow()
  })

  it('a dead letter that is nowhere', () => {
    expect(conclude([...FAILED, deadLettered(230)], { flows: [UP, DOWN], read: ['dead-letter'] })).not.toThrow()
  })
})
