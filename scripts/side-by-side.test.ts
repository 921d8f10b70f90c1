import { expect, it } from 'vitest'
import { sideBySide } from './side-by-side.ts'

it('works on each once, in order, and on no more than so many at once', async () => {
  const begun: number[] = []
  let under = 0
  let most = 0
  await sideBySide(2, [1, 2, 3, 4, 5], async (item) => {
    begun.push(item)
    most = Math.max(most, ++under)
    await new Promise((resolve) => setImmediate(resolve))
    under -= 1
  })
  expect([begun, most, under]).toEqual([[1, 2, 3, 4, 5], 2, 0])
  await expect(sideBySide(2, [1], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
