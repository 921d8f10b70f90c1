import { expect, test } from 'vitest'
import { createTogether } from './together.ts'

/** Batches that end when they are told to. */
function made() {
  const batches: { readonly batch: readonly number[]; end(error?: Error): void }[] = []
  const together = createTogether<number>(
    (batch) =>
      new Promise((resolve, reject) => {
        batches.push({ batch, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
  )
  return { batches, together }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what comes while one is under way goes together', async () => {
  const { batches, together } = made()
  const first = together(1)
  await turn()
  const others = [together(2), together(3)]
  await turn()
  expect(batches.map(({ batch }) => batch)).toEqual([[1]])
  batches[0]?.end()
  await first
  await turn()
  others.push(together(4))
  expect(batches.map(({ batch }) => batch)).toEqual([[1], [2, 3]])
  batches[1]?.end()
  await Promise.all(others.slice(0, 2))
  await turn()
  batches[2]?.end()
  await Promise.all(others)
  expect(batches.map(({ batch }) => batch)).toEqual([[1], [2, 3], [4]])
})

test('a batch that fails is the failure of all in it, and of no other', async () => {
  const { batches, together } = made()
  const first = together(1)
  await turn()
  const others = [together(2), together(3)]
  batches[0]?.end()
  await first
  await turn()
  const last = together(4)
  batches[1]?.end(new Error('refused'))
  expect(await Promise.allSettled(others)).toMatchObject([
    { status: 'rejected', reason: { message: 'refused' } },
    { status: 'rejected', reason: { message: 'refused' } },
  ])
  await turn()
  batches[2]?.end()
  await expect(last).resolves.toBeUndefined()
})

test('one alone begins at once', async () => {
  const { batches, together } = made()
  const one = together(1)
  await Promise.resolve()
  expect(batches).toHaveLength(1)
  batches[0]?.end()
  await one
})
