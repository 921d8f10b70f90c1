import { expect, test } from 'vitest'
import { checksFor } from '../host/given.ts'
import type { Asked } from './descriptor.ts'
import { redrive, redriveTopic } from './redrive.ts'

const { given } = checksFor('a bus (./bus.ts)')
const { asks } = redrive.conditions.redrive.lists.redrives

/** What was recorded of a redrive that returns or throws this, and what the check of its result said. */
async function redriven(redrive: () => Promise<unknown>) {
  const told: object[] = []
  const refused: unknown[] = []
  const asked = {
    bus: { redrive },
    topic: (index: number) => `t${index}`,
    tell: (event: object) => void told.push(event),
    see: (error: Error) => error.message,
    check(...[shape, value, what]: Parameters<Asked['check']>) {
      try {
        return given(shape, value, what)
      } catch (error) {
        refused.push(error instanceof Error ? error.message : error)
        return null
      }
    },
  } as unknown as Asked
  await redriveTopic(asked, 'r', 't0')
  return { asked, told, refused }
}

test.each([0, 3])('a redrive tells how many messages it published: %i', async (count) => {
  const { told, refused } = await redriven(async () => count)
  const about = { redrive: 'r', topic: 't0' }
  expect(told).toEqual([
    { type: 'redrive', ...about },
    { type: 'redrive-ended', ...about, count },
  ])
  expect(refused).toEqual([])
})

test.each([undefined, null, '3', -7, 1.5, Number.NaN])('%s is no number of messages', async (count) => {
  const { told, refused } = await redriven(async () => count)
  expect(told[1]).toMatchObject({ type: 'redrive-ended', error: 'it returned no number' })
  expect(refused).toEqual([expect.stringContaining('a bus (./bus.ts): redrive() did not return a number of messages')])
})

test('a redrive that throws or rejects has failed', async () => {
  const throwing = () => {
    throw new Error('no')
  }
  for (const fails of [throwing, () => Promise.reject(new Error('no'))])
    expect((await redriven(fails)).told[1]).toMatchObject({ type: 'redrive-ended', error: 'no' })
})

test('of the redrives in traffic the first counts, and the plan goes on meanwhile', async () => {
  const entry = { node: 1, at: 50, topic: 2 }
  expect(asks(entry, 1)).toEqual([])
  let isSlow = false
  const { asked, told } = await redriven(() => (isSlow ? new Promise(() => undefined) : Promise.resolve(1)))
  isSlow = true
  const [ask] = asks(entry, 0)
  expect(ask).toMatchObject({ node: 1, at: 50 })
  await ask?.carryOut(asked)
  expect(told.slice(2)).toEqual([{ type: 'redrive', redrive: 'redrive-in-traffic', topic: 't2' }])
})
