import { describe, expect, it } from 'vitest'
import { firstAbove, reachOf } from './reach.ts'

const at = (seq: number) => ({ at: 0, seq })

describe('firstAbove', () => {
  const values = [1, 3, 3, 7]
  const first = (bound: number) => firstAbove(values.length, (index) => values[index] ?? 0, bound)

  it('is the first index whose value is greater than the bound', () => {
    expect([0, 1, 2, 3, 6, 7].map(first)).toEqual([0, 1, 1, 3, 3, 4])
  })
})

describe('reachOf', () => {
  it('bounds what lies before a moment, and what does not, in a list without order', () => {
    const reach = reachOf([2, 1, 5, 3, Number.POSITIVE_INFINITY, 9])
    for (const seq of [0, 1, 2, 3, 4, 6, 10]) {
      const seqs = [2, 1, 5, 3, Number.POSITIVE_INFINITY, 9]
      const all = seqs.findIndex((one) => one >= seq)
      const none = seqs.findLastIndex((one) => one < seq) + 1
      expect([seq, reach.allBefore(at(seq)), reach.noneBefore(at(seq))]).toEqual([seq, all === -1 ? 6 : all, none])
    }
  })

  it('knows nothing of an empty list', () => {
    expect([reachOf([]).allBefore(at(4)), reachOf([]).noneBefore(at(4))]).toEqual([0, 0])
  })
})
