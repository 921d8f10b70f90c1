import { expect, test } from 'vitest'
import { SiteError } from '../../errors.ts'
import type { CommittedPosition } from '../../system-contract.ts'
import { lookAtPositions } from './look.ts'

const at = (next: number): CommittedPosition => ({ group: 'g', topic: 't', partition: 0, next })

/** Looks that take so long each and find this; then nothing new. */
async function looks(...planned: readonly { takes: number; finds: readonly CommittedPosition[] }[]) {
  let clock = 0
  let done = (): void => undefined
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  const left = [...planned]
  const told: unknown[] = []
  const looking = lookAtPositions(
    {
      async committed() {
        const { takes, finds } = left.shift() ?? { takes: 0, finds: [] }
        if (left.length === 0) done()
        clock += takes
        return finds
      },
    },
    { now: () => clock, moved: ({ next }) => told.push(next), slow: (from) => told.push({ slow: from, to: clock }) },
  )
  await all
  await looking.stop()
  return told
}

test('reports each position once it has moved', async () => {
  const found = [at(1), at(1), at(3), at(2)].map((one) => ({ takes: 1, finds: [one] }))
  expect(await looks(...found)).toEqual([1, 3])
})

test('tells when the system took long to answer', async () => {
  expect(await looks({ takes: 79, finds: [] }, { takes: 80, finds: [at(1)] })).toEqual([{ slow: 79, to: 159 }, 1])
})

test('is an error of the site when the witness cannot read', async () => {
  const looking = lookAtPositions(
    { committed: () => Promise.reject(new Error('gone')) },
    { now: () => 0, moved: () => undefined, slow: () => undefined },
  )
  await expect(looking.stop()).rejects.toThrow(SiteError)
})
