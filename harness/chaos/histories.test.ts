import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createHistories } from './histories.ts'

const cwd = mkdtempSync(join(tmpdir(), 'busproof-histories-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function keep(folder: string, epochs: readonly (readonly [number, boolean])[]): readonly string[] {
  const histories = createHistories({ folder, keep: 2 }, cwd)
  for (const [epoch, isViolated] of epochs) {
    writeFileSync(histories.at(epoch), '')
    histories.judged(epoch, isViolated)
  }
  return readdirSync(join(cwd, folder)).map((name) => name.replace(/^run-[0-9a-f]{6}-epoch-0*(\d+)\.jsonl\.gz$/, '$1'))
}

test('the last ones stay', () => {
  const calm = [0, 1, 2, 3, 4, 5].map((epoch) => [epoch, false] as const)
  expect(keep('calm', calm)).toEqual(['4', '5'])
})

test('from a violation on nothing goes', () => {
  const violated = [0, 1, 2, 3, 4, 5].map((epoch) => [epoch, epoch === 3] as const)
  expect(keep('violated', violated)).toEqual(['1', '2', '3', '4', '5'])
})

test('shards on one machine, and runs one after the other, do not take each other for their own', () => {
  const [one, two] = [1, 2].map(() => createHistories({ folder: 'x', keep: 1 }, cwd))
  expect(one?.at(7)).toMatch(/\/x\/run-[0-9a-f]{6}-epoch-00007\.jsonl\.gz$/)
  expect(two?.at(7)).not.toBe(one?.at(7))
})

test('one that cannot be removed spoils no run', async () => {
  const histories = createHistories({ folder: 'stays', keep: 1 }, cwd)
  const warned = once(process, 'warning')
  mkdirSync(histories.at(0))
  histories.judged(1, false)
  expect(await warned).toMatchObject([{ message: expect.stringContaining('a history is not removed: ') as string }])
})

test('a folder that cannot be made is told before anything starts', () => {
  writeFileSync(join(cwd, 'file'), '')
  expect(() => createHistories({ folder: 'file/x', keep: 1 }, cwd)).toThrow(
    /^histories\.folder file\/x: it cannot be made \(.*\); give another path$/,
  )
  expect(existsSync(join(cwd, 'file'))).toBe(true)
})
