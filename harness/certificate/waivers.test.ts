import { describe, expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { verdictOf } from '../report/certificate.case.ts'
import type { VerdictName } from './certificate.ts'
import { checkWaivers, type Waiver } from './waiver.ts'
import { waive, waivedText } from './waivers.ts'

const WAIVER: Waiver = { clause: 'delivery/7', reason: 'being rewritten', owner: 'payments', expires: '2027-01-31' }

const waived = (
  verdict: VerdictName,
  {
    today = '2027-01-31',
    isWhole = true,
    waiver = WAIVER,
  }: { readonly today?: string; readonly isWhole?: boolean; readonly waiver?: Waiver } = {},
) => {
  const { verdicts, notes, stale } = waive([verdictOf('delivery/7', { verdict })], [waiver], { today, isWhole })
  return { verdict: verdicts[0]?.verdict, notes, stale }
}

describe('a waiver', () => {
  test('holds up to its last day', () => {
    expect(waived('fail')).toEqual({
      verdict: 'waived',
      notes: ['delivery/7 is violated, but waived until 2027-01-31 by payments: being rewritten.'],
      stale: [],
    })
    const shortage = { ...WAIVER, accepts: 'shortage' } as const
    expect(waived('inconclusive', { waiver: shortage })).toMatchObject({ verdict: 'waived', stale: [] })
  })
  test('of a violation accepts no shortage, and the other way round', () => {
    expect(waived('inconclusive')).toEqual({ verdict: 'inconclusive', notes: [], stale: [] })
    const shortage = { ...WAIVER, accepts: 'shortage' } as const
    expect(waived('fail', { waiver: shortage })).toEqual({ verdict: 'fail', notes: [], stale: [] })
  })
  test('of what comes and goes may stay where it was not needed', () => {
    expect(waived('pass', { waiver: { ...WAIVER, intermittent: true } }).stale).toEqual([])
  })
  test('says nothing of a failing site, or of what was not selected', () => {
    for (const name of ['error', 'not run'] as const)
      expect(waived(name)).toEqual({ verdict: name, notes: [], stale: [] })
  })
  test('that has expired leaves the verdict, and is told', () => {
    const told = ['The waiver of delivery/7 (payments) expired on 2027-01-31; renew it or remove it.']
    for (const name of ['fail', 'pass', 'inconclusive'] as const)
      expect(waived(name, { today: '2027-02-01' })).toEqual({ verdict: name, notes: [], stale: told })
  })
  test('that nothing needs is told, once the search was long enough to know', () => {
    const told = 'The waiver of delivery/7 (payments) is not needed: the clause'
    expect(waived('pass').stale).toEqual([`${told} passed; remove it.`])
    expect(waived('unsupported').stale).toEqual([`${told} is unsupported; remove it.`])
    expect(waived('pass', { isWhole: false }).stale).toEqual([])
  })
  test('of a clause that the level does not judge is not needed', () => {
    expect(waived('fail', { waiver: { ...WAIVER, clause: 'retry/1' } })).toEqual({
      verdict: 'fail',
      notes: [],
      stale: ['The waiver of retry/1 (payments) is not needed: this level does not judge the clause; remove it.'],
    })
    expect(waived('fail', { waiver: { ...WAIVER, clause: 'retry/1' }, isWhole: false }).stale).toEqual([])
  })
  test('keeps what it waives', () => {
    const [verdict] = waive([verdictOf('delivery/7', { verdict: 'fail', violationCount: 3 })], [WAIVER], {
      today: '2026-12-01',
      isWhole: true,
    }).verdicts
    expect(verdict).toMatchObject({ violationCount: 3, waived: { was: 'fail', waiver: WAIVER } })
    expect(waivedText(verdict ?? {})).toBe('waived until 2027-01-31 by payments: being rewritten')
  })
})

test.each([
  [[{ ...WAIVER, clause: 'delivery' }], 'waivers: [0].clause: must be the id of a clause'],
  [[{ ...WAIVER, clause: 'delivery/99' }], 'waivers: [0].clause: must be the id of a clause'],
  [[{ ...WAIVER, reason: ' ' }], 'waivers: [0].reason: must not be empty'],
  [[{ ...WAIVER, reason: 'two\nlines' }], 'waivers: [0].reason: must be one line'],
  [[{ ...WAIVER, owner: undefined }], 'waivers: [0].owner: '],
  [[{ ...WAIVER, expires: '2027-02-30' }], 'waivers: [0].expires: must be a day, such as 2027-01-31'],
  [[{ ...WAIVER, expires: 'never' }], 'waivers: [0].expires: must be a day'],
  [[{ ...WAIVER, ticket: 7 }], 'waivers: [0]: Unrecognized key: "ticket"'],
  [[WAIVER, { ...WAIVER, reason: 'again' }], 'waivers: [1].clause: delivery/7 is waived already, by [0]'],
  [WAIVER, 'waivers: expected array'],
])('a wrong one is refused: %j', (given, sentence) => {
  expect(() => checkWaivers(given)).toThrow(UsageError)
  expect(() => checkWaivers(given)).toThrow(sentence)
})
