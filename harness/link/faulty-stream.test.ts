import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FaultKind } from '../faults.ts'
import { FaultyStream } from './faulty-stream.ts'
import { linkFault, type StreamFault } from './stream-fault.ts'

const CONNECTION = {}
const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A stream, the faults that act on it, and what has gone on of it with the time, by a clock of its own. */
function world(): {
  readonly stream: FaultyStream
  readonly told: string[]
  begin(kind: FaultKind, amount?: number): StreamFault
  end(fault: StreamFault): void
  goOn(until: number): void
} {
  let faults: readonly StreamFault[] = []
  let now = 0
  const stream = new FaultyStream(CONNECTION, () => faults, 5)
  const told: string[] = []
  const change = (next: readonly StreamFault[]): void => {
    faults = next
    stream.faultsChanged()
  }
  return {
    stream,
    told,
    begin(kind, amount = 0) {
      const fault = linkFault({ kind, direction: 'up', amount }).streams[0]?.[1]
      if (fault === undefined) throw new RangeError(`${kind} acts on no stream`)
      change([...faults, fault])
      return fault
    },
    end: (fault) => change(faults.filter((active) => active !== fault)),
    goOn(until) {
      for (let due = stream.due(now); due !== null && due <= until; due = stream.due(now)) {
        now = Math.max(now, due)
        // Its pace is known only now that it would go on.
        if ((stream.due(now) ?? 0) > now) continue
        const step = stream.take()
        told.push(`${now} ${step?.type === 'bytes' ? Buffer.from(step.bytes) : step?.type}`)
      }
      now = until
    },
  }
}

describe('a stream', () => {
  test('lets everything on at once without faults, in order, and its end after it', () => {
    const { stream, told, goOn } = world()
    stream.bytes(bytes('a'), 0)
    stream.bytes(bytes('b'), 0)
    stream.end(0)
    expect(stream.waiting).toBe(2)
    goOn(0)
    expect([told, stream.waiting, stream.due(0)]).toEqual([['0 a', '0 b', '0 end'], 0, null])
  })

  test('parts a reset from the bytes before it', () => {
    const { stream, told, goOn } = world()
    stream.bytes(bytes('a'), 0)
    stream.broken(0)
    goOn(10)
    expect(told).toEqual(['0 a', '5 reset'])
  })

  test('is late by every latency that acts, and no more once one has ended', () => {
    const { stream, told, begin, end, goOn } = world()
    const [long] = [begin('latency', 100), begin('latency', 20)]
    stream.bytes(bytes('a'), 0)
    expect(stream.due(0)).toBe(120)
    end(long)
    expect(stream.due(0)).toBe(20)
    goOn(50)
    expect(told).toEqual(['20 a'])
    expect(long.landed()).toEqual({ connections: 0, bytes: 1 })
  })

  test('goes on in slices, at the pace of a bandwidth, which begins anew when faults change', () => {
    const { stream, told, begin, end, goOn } = world()
    begin('slice', 2)
    const thin = begin('bandwidth', 100)
    stream.bytes(bytes('abcde'), 0)
    goOn(30)
    end(thin)
    const other = begin('bandwidth', 100)
    goOn(55)
    expect(told).toEqual(['20 ab', '50 cd'])
    end(other)
    goOn(55)
    expect(told).toEqual(['20 ab', '50 cd', '55 e'])
  })

  test('waits for the end of a bandwidth of nothing', () => {
    const { stream, told, begin, end, goOn } = world()
    const stall = begin('bandwidth', 0)
    stream.bytes(bytes('a'), 0)
    expect(stream.due(0)).toBe(Number.POSITIVE_INFINITY)
    end(stall)
    goOn(0)
    expect(told).toEqual(['0 a'])
  })

  test('lets so many bytes through a cut, then resets, and nothing after it', () => {
    const { stream, told, begin, goOn } = world()
    const cut = begin('cut', 3)
    expect([stream.bytes(bytes('ab'), 0), stream.bytes(bytes('cd'), 0), stream.bytes(bytes('ef'), 0)]).toEqual([
      true,
      true,
      true,
    ])
    goOn(10)
    expect(told).toEqual(['0 ab', '0 c', '5 reset'])
    expect(cut.landed()).toEqual({ connections: 1, bytes: 1 })
  })

  test('loses what a black hole swallows, its end too, and has a hole', () => {
    const { stream, told, begin, goOn } = world()
    const hole = begin('black-hole')
    stream.bytes(bytes('abc'), 0)
    stream.end(0)
    goOn(10)
    expect([told, hole.landed(), hole.torn?.has(CONNECTION)]).toEqual([[], { connections: 1, bytes: 3 }, true])
  })

  test('lands by an end alone that a black hole swallows', () => {
    const { stream, begin } = world()
    const hole = begin('black-hole')
    stream.broken(0)
    stream.broken(0)
    expect(hole.landed()).toEqual({ connections: 1, bytes: 0 })
  })

  test('asks for a reset at once where data flows under one', () => {
    const { stream, begin } = world()
    const reset = begin('reset')
    expect(stream.bytes(bytes('a'), 0)).toBe(false)
    expect([stream.due(0), reset.landed()]).toEqual([null, { connections: 1, bytes: 0 }])
  })

  test('keeps back an end alone', () => {
    const { stream, told, begin, goOn } = world()
    begin('slow-close', 300)
    stream.bytes(bytes('a'), 0)
    stream.end(0)
    goOn(1000)
    expect(told).toEqual(['0 a', '300 end'])
  })

  test('loses nothing and changes no order under what only holds back, whatever begins and ends meanwhile', () => {
    const kind = fc.constantFrom<FaultKind[]>('latency', 'slice', 'bandwidth', 'slow-close')
    const change = fc.record({ at: fc.nat(500), kind, amount: fc.integer({ min: 1, max: 2000 }), lasts: fc.nat(500) })
    const chunk = fc.record({ at: fc.nat(500), length: fc.integer({ min: 1, max: 300 }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.array(chunk, { maxLength: 8 }), (changes, chunks) => {
        const { stream, told, begin, end, goOn } = world()
        const sent: string[] = []
        const acts: (readonly [number, () => unknown])[] = chunks.map(({ at, length }, index) => [
          at,
          () => {
            const text = String.fromCharCode(97 + index).repeat(length)
            sent.push(text)
            stream.bytes(bytes(text), at)
          },
        ])
        for (const { at, kind, amount, lasts } of changes) {
          const acting: StreamFault[] = []
          acts.push([at, () => acting.push(begin(kind, amount))], [at + lasts + 1, () => acting.forEach(end)])
        }
        for (const [at, act] of acts.sort(([one], [other]) => one - other)) {
          goOn(at)
          act()
        }
        goOn(1_000_000)
        expect(told.map((line) => line.replace(/^\S+ /, '')).join('')).toBe(sent.join(''))
        expect(stream.waiting).toBe(0)
      }),
    )
  })
})
