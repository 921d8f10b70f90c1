import { describe, expect, it } from 'vitest'
import type { Role } from '../../adapter.ts'
import { SiteError } from '../../certify-options.ts'
import type { Event } from '../../history/event.ts'
import { createEvidence } from './evidence.ts'

const NODE = { node: 'n0' } as const
const CONTENT = { key: 'null', value: '"v"', headers: '[]' }
const POSITION = { topic: 't0', partition: 0, offset: 3 }
const MUCH = { publish: 900, consume: 900, deadletter: 900 }
const NEITHER: readonly Role[] = []

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
const deadLettered = (at: number): Event => ({
  type: 'dead-lettered',
  at,
  ...NODE,
  consumer: 'c0',
  group: 'g0',
  position: POSITION,
})

/** A run in which the fault lasts from 100 to 400 ms. */
function run(fault: { kind: 'refuse' | 'black-hole' | 'latency'; role: Role }, events: readonly Event[]) {
  let now = 100
  const evidence = createEvidence(() => now)
  const end = evidence.struck(fault)
  for (const event of events) evidence.step(event)
  now = 400
  end()
  return evidence
}

const conclude = (evidence: ReturnType<typeof run>, carried = MUCH, read = NEITHER) =>
  evidence.conclude({ carried, read })

describe('traffic that goes past the links', () => {
  it.each(['refuse', 'black-hole'] as const)('is acknowledged during a %s', (kind) => {
    const evidence = run({ kind, role: 'publish' }, [publish(200), acknowledged(210)])
    expect(() => conclude(evidence)).toThrow(SiteError)
    expect(() => conclude(evidence)).toThrow(/past the publish link.*m1 was published and acknowledged/)
  })

  it('is delivered although it was published after the link began to refuse', () => {
    const evidence = run({ kind: 'refuse', role: 'consume' }, [publish(200), deliver(210)])
    expect(() => conclude(evidence)).toThrow(/past the consume link/)
  })

  it('takes a dead letter of a message that failed after the link began to refuse', () => {
    const events = [publish(10), deliver(180), handled(200), deadLettered(210)]
    expect(() => conclude(run({ kind: 'refuse', role: 'deadletter' }, events))).toThrow(/past the deadletter link/)
  })

  it('leaves no bytes on the link', () => {
    const evidence = run({ kind: 'refuse', role: 'deadletter' }, [publish(10), acknowledged(20), deliver(30)])
    expect(() => conclude(evidence, { ...MUCH, publish: 0 })).toThrow(/m1 was acknowledged without a byte/)
    expect(() => conclude(evidence, { ...MUCH, consume: 0 })).toThrow(/m1 was delivered without a byte/)
  })

  it('leaves no request on a link whose requests are read', () => {
    const evidence = run({ kind: 'latency', role: 'publish' }, [publish(10), acknowledged(20)])
    expect(() => conclude(evidence, MUCH, ['publish'])).toThrow(/no request for it was sent through the link/)
    evidence.requested('m1')
    expect(() => conclude(evidence, MUCH, ['publish'])).not.toThrow()
  })
})

describe('traffic that goes through the links', () => {
  it.each([
    ['is acknowledged from what was under way', 'publish', [publish(90), acknowledged(110)]],
    ['is acknowledged from what had just begun', 'publish', [publish(105), acknowledged(115)]],
    ['is acknowledged once the link is back', 'publish', [publish(200), acknowledged(410)]],
    ['is delivered from what was fetched before', 'consume', [publish(50), deliver(200)]],
    ['is acknowledged while another link refuses', 'consume', [publish(200), acknowledged(210)]],
    ['takes a dead letter once the link is back', 'deadletter', [deliver(150), handled(200), deadLettered(420)]],
  ] as const)('%s', (_how, role, events) => {
    expect(() => conclude(run({ kind: 'refuse', role }, events))).not.toThrow()
  })

  it('may be slow', () => {
    const evidence = run({ kind: 'latency', role: 'publish' }, [publish(200), acknowledged(390)])
    expect(() => conclude(evidence)).not.toThrow()
  })
})
