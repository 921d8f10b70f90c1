import { expect, it } from 'vitest'
import { fixed, settable } from '../../claims.ts'
import { exampleClaims } from '../../plan/claims.case.ts'
import { narrowed } from './narrowed.ts'

const adapter = { name: 'a', system: 's', client: null, witness: null, claims: exampleClaims }

it('raises the ranges of the figures that the system names, and leaves the others alone', () => {
  const { claims, ...facts } = narrowed(adapter, {
    'consume.session': 6_000,
    'retry.base': 5,
    'close.deadline': 70_000,
  })
  expect(claims).toEqual({
    ...exampleClaims,
    consume: { ...exampleClaims.consume, session: settable(10_000, 6_000, 60_000) },
    close: { deadline: settable(70_000, 70_000, 70_000) },
  })
  expect({ ...facts, claims: exampleClaims }).toEqual(adapter)
})

it('does not touch a figure that the adapter is bound to', () => {
  const bound = { ...exampleClaims, consume: { ...exampleClaims.consume, session: fixed(1_000) } }
  expect(narrowed({ ...adapter, claims: bound }, { 'consume.session': 6_000 }).claims).toEqual(bound)
})

it('leaves all as it is where the system sets no bounds', () => {
  expect(narrowed(adapter)).toEqual(adapter)
})
