import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shard } from '../chaos/shard.case.ts'
import { UsageError } from '../errors.ts'
import { keepSoFar } from './chaos-so-far.ts'
import type { Io } from './io.ts'

const folder = mkdtempSync(join(tmpdir(), 'busproof-so-far-'))
afterAll(() => rmSync(folder, { recursive: true }))

const BEGAN = { at: 0, event: 'began', time: '', adapter: '', site: 'real', seed: 1, rate: 1 } as const

function opened(json: string, isNew = true) {
  let said = ''
  const stderr = {
    write(text: string) {
      said += text
    },
  }
  const soFar = keepSoFar(json, { isNew, io: { cwd: folder, stderr } as unknown as Io })
  return { ...soFar, said: () => said }
}

const written = (json: string, text: string): string => {
  writeFileSync(join(folder, json), text)
  return json
}
const left = (ended: 'unfinished' | 'interrupted' | 'finished', next = 2) => {
  const { certificate } = shard(1, 1, [10], { ended })
  return JSON.stringify({ ...certificate, shard: { ...certificate.shard, done: { next, planned: 0, messages: 0 } } })
}

test.each(['unfinished', 'interrupted'] as const)(
  'a new run does not overwrite what was judged of one that is %s',
  (ended) => {
    const json = written('old.json', left(ended))
    expect(() => opened(json)).toThrow(
      new UsageError('--json old.json: this is of a run that can go on: add --resume old.json, or remove the file'),
    )
    expect(readFileSync(join(folder, json), 'utf8')).toBe(left(ended))
    expect(() => opened(json, false)).not.toThrow()
  },
)

test.each([
  ['one that has ended', left('finished')],
  ['one of which nothing was judged', left('interrupted', 1)],
  ['what is no certificate', 'x'],
])('%s goes when a new run begins, and not before', (_name, text) => {
  const json = written('old.json', text)
  const { told } = opened(json)
  expect(existsSync(join(folder, json))).toBe(true)
  told?.(BEGAN)
  expect(existsSync(join(folder, json))).toBe(false)
})

test('what a resumed run began with stays until there is more', () => {
  const json = written('old.json', left('unfinished'))
  opened(json, false).told?.(BEGAN)
  expect(readFileSync(join(folder, json), 'utf8')).toBe(left('unfinished'))
})

test('a file that cannot be written is told once, and tried again after the next epoch', () => {
  const place = join(folder, 'gone')
  mkdirSync(place)
  const { keep, said } = opened('gone/it.json')
  rmSync(place, { recursive: true })
  writeFileSync(place, '')
  const { certificate } = shard(1, 1, [10])
  keep(certificate)
  keep(certificate)
  expect(said().trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^--json gone\/it\.json: what was judged by now is not written \(.*\)$/),
  ])
  rmSync(place)
  keep(certificate)
  expect(JSON.parse(readFileSync(join(place, 'it.json'), 'utf8'))).toMatchObject({ shard: { index: 1 } })
})
