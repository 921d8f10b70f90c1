import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createHistories } from './histories.ts'
import { ALONE } from './shard.ts'

const cwd = mkdtempSync(join(tmpdir(), 'busproof-histories-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function keep(folder: string, epochs: readonly (readonly [number, boolean])[]): readonly string[] {
  const histories = createHistories({ folder, keep: 2 }, { cwd, shard: ALONE })
  for (const [epoch, isViolated] of epochs) {
    writeFileSync(histories.at(epoch), '')
    histories.judged(epoch, isViolated)
  }
  return readdirSync(join(cwd, folder)).map((name) => name.replace(/^epoch-0*(\d+)\.jsonl\.gz$/, '$1'))
}

test('the last ones stay', () => {
  const calm = [0, 1, 2, 3, 4, 5].map((epoch) => [epoch, false] as const)
  expect(keep('calm', calm)).toEqual(['4', '5'])
})

test('from a violation on nothing goes', () => {
  const violated = [0, 1, 2, 3, 4, 5].map((epoch) => [epoch, epoch === 3] as const)
  expect(keep('violated', violated)).toEqual(['1', '2', '3', '4', '5'])
})

test('shards on one machine do not take each other for their own', () => {
  const [one, two] = [1, 2].map((index) => createHistories({ folder: 'x', keep: 1 }, { cwd, shard: { index, of: 2 } }))
  expect(one?.at(7)).toBe(join(cwd, 'x', 'shard-1-of-2-epoch-00007.jsonl.gz'))
  expect(two?.at(7)).not.toBe(one?.at(7))
})

test('a folder that cannot be made is told before anything starts', () => {
  writeFileSync(join(cwd, 'file'), '')
  expect(() => createHistories({ folder: 'file/x', keep: 1 }, { cwd, shard: ALONE })).toThrow(
    /^histories\.folder file\/x: it cannot be made \(.*\); give another path$/,
  )
  expect(existsSync(join(cwd, 'file'))).toBe(true)
})
