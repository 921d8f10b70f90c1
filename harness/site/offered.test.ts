import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import type { Witness } from '../system-contract.ts'
import { checkWitness } from './offered.ts'

const nothing: Witness = { resources: async () => ({}) }
const stored: Witness = { ...nothing, stored: async () => [] }
const all: Witness = { ...stored, committed: async () => [] }

test('a witness offers exactly what its system has', () => {
  checkWitness(all, 'queue', {})
  checkWitness(stored, 'queue', { committedOffsets: 'none' })
  checkWitness(nothing, 'queue', { committedOffsets: 'none', storedLog: 'none' })
})

test.each([
  [
    all,
    { storedLog: 'none' },
    /^the system queue says: the system keeps no stored log: none; but its witness has `stored`/,
  ],
  [all, { committedOffsets: 'none' }, /but its witness has `committed`: take it away, or correct `lacks`$/],
  [stored, {}, /^the witness of the system queue has no `committed`: add it, or say in `lacks.committedOffsets`/],
])('one that does not is refused by one sentence: %#', (witness, lacks, sentence) => {
  const check = (): void => checkWitness(witness, 'queue', lacks)
  expect(check).toThrow(UsageError)
  expect(check).toThrow(sentence)
})
