import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sweepHistories } from './histories.ts'
import { ownName } from './identity.ts'

it('keeps the newest histories of interrupted runs, those of harnesses that live or are in another container, and whatever is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'busproof-histories-'))
  const ended = spawn('true', { stdio: 'ignore' })
  await once(ended, 'exit')
  const write = async (name: string, at: number): Promise<void> => {
    await writeFile(join(folder, name), '')
    await utimes(join(folder, name), at, at)
  }
  const here = ownName().slice(String(process.pid).length)
  const interrupted = [0, 1, 2, 3, 4, 5].map((lane) => `${ended.pid}${here}-lane-${lane}.jsonl`)
  for (const [index, name] of interrupted.entries()) await write(name, 1_000 + index)
  const others = [`${ownName()}-lane-0.jsonl`, `${ended.pid}.1-lane-0.jsonl`, 'note.txt']
  for (const name of others) await write(name, 1)
  expect(await sweepHistories(folder)).toEqual(
    [interrupted[1], interrupted[0]].map(
      (name) => `removed the history ${join(folder, String(name))} of an interrupted run`,
    ),
  )
  expect((await readdir(folder)).sort()).toEqual([...interrupted.slice(2), ...others].sort())
  await rm(folder, { recursive: true })
})
