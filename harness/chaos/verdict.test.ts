import { describe, expect, test } from 'vitest'
import type { Verdict, VerdictName } from '../certificate/certificate.ts'
import { type Course, endOf, isSoaked } from './verdict.ts'

const verdict = (clause: string, name: VerdictName): Verdict => ({
  clause,
  verdict: name,
  occasions: 1,
  wanted: 1,
  violations: [],
  violationCount: name === 'fail' ? 1 : 0,
  selfReported: false,
})
const GOOD = [verdict('delivery/1', 'pass'), verdict('breaker/1', 'inconclusive')]
const BAD = [...GOOD, verdict('retry/3', 'fail')]
const course = (changes: Partial<Course> = {}): Course => ({
  stopped: null,
  verdicts: GOOD,
  measured: { thresholds: [] },
  isBaseline: false,
  lasted: 60_000,
  faults: { asked: true, landed: 3 },
  ...changes,
})
const NOT_KEPT = { thresholds: [{ text: 'rate > 1/s over 1m', worst: 0, isKept: false }] }

describe('a run ends', () => {
  test('as finished where nothing speaks against it', () => {
    expect(endOf(course())).toEqual({ ended: 'finished', why: null })
    expect(endOf(course({ faults: { asked: false, landed: 0 } })).ended).toBe('finished')
  })

  test.each([
    [
      'a violation, whatever ended it after that',
      { verdicts: BAD, stopped: { ended: 'guard', why: 'red' }, measured: NOT_KEPT },
      'violation',
      'violated retry/3',
    ],
    [
      'a violation, before the first fault',
      { verdicts: BAD, isBaseline: true, lasted: 0 },
      'violation',
      'violated retry/3, before the first fault',
    ],
    ['what stopped it', { stopped: { ended: 'guard', why: 'red' }, measured: NOT_KEPT }, 'guard', 'red'],
    ['a threshold that was not kept', { measured: NOT_KEPT }, 'threshold', 'rate > 1/s over 1m was not kept'],
    ['no traffic', { lasted: 0 }, 'empty', 'there was no traffic behind the baseline'],
    [
      'no fault, though some were asked for',
      { faults: { asked: true, landed: 0 } },
      'empty',
      'no fault landed, though some were asked for: let it last longer, or shorten faults.rest',
    ],
  ] as const)('by %s', (_what, changes, ended, why) => {
    expect(endOf(course(changes))).toEqual({ ended, why })
  })
})

test('it is soaked if it finished, something passed and nothing failed', () => {
  expect(isSoaked({ ended: 'finished' }, GOOD)).toBe(true)
  expect(isSoaked({ ended: 'empty' }, GOOD)).toBe(false)
  expect(isSoaked({ ended: 'finished' }, BAD)).toBe(false)
  expect(isSoaked({ ended: 'finished' }, [...GOOD, verdict('delivery/2', 'error')])).toBe(false)
  expect(isSoaked({ ended: 'finished' }, [verdict('breaker/1', 'inconclusive')])).toBe(false)
})
