import { expect, test, vi } from 'vitest'
import { type PartitionParts, workOnPartition } from './partition-work.ts'
import type { ReceivedRecord } from './records.ts'

const recordAt = (offset: number): ReceivedRecord => ({
  message: { topic: 't', key: null, value: null, headers: [] },
  position: { topic: 't', partition: 0, offset },
})

/** A partition of so many messages, one after another; what happens is noted, and `commit` decides. */
function begin(count: number, { commit = async () => true, ...parts }: Partial<PartitionParts> = {}) {
  const stop = new AbortController()
  const notes: string[] = []
  const ended = workOnPartition(
    {
      async fetch(from, signal) {
        if (from < count) return Array.from({ length: count - from }, (_, index) => recordAt(from + index))
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        return []
      },
      async settle({ position }) {
        notes.push(`m${position.offset}`)
        return 'settled'
      },
      async commit(next) {
        notes.push(`commit ${next}`)
        const taken = await commit(next)
        notes.push(`${taken ? 'committed' : 'refused'} ${next}`)
        return taken
      },
      orderingKeyOf: () => '',
      mostInHand: 1,
      ...parts,
    },
    0,
    stop.signal,
  ).then(() => notes.push('end'))
  return { notes, stop, ended }
}

/** Commits that wait until they are answered. */
function held() {
  const answers: ((taken: boolean) => void)[] = []
  return { commit: () => new Promise<boolean>((resolve) => answers.push(resolve)), answers }
}

test('the next messages are handled while a commit is under way, and the next commit takes all of them', async () => {
  const { commit, answers } = held()
  const { notes, stop, ended } = begin(3, { commit })
  await vi.waitFor(() => expect(notes).toEqual(['m0', 'commit 1', 'm1', 'm2']))
  answers[0]?.(true)
  await vi.waitFor(() => expect(notes.slice(4)).toEqual(['committed 1', 'commit 3']))
  stop.abort()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(notes).not.toContain('end')
  answers[1]?.(true)
  await ended
  expect(notes.slice(6)).toEqual(['committed 3', 'end'])
})

test('a partition that is lost is worked on no more', async () => {
  const { notes, ended } = begin(3, {
    commit: async () => false,
    settle: async () => new Promise((resolve) => setTimeout(() => resolve('settled'), 2)),
  })
  await ended
  expect(notes.filter((note) => note.startsWith('commit'))).toEqual(['commit 1'])
})

test('what is abandoned is not committed, nor anything behind it', async () => {
  const { notes, ended } = begin(3, {
    settle: async ({ position }) => (position.offset === 1 ? 'abandoned' : 'settled'),
  })
  await ended
  expect(notes).toEqual(['commit 1', 'committed 1', 'end'])
})

test('as long as commits are not answered, no more than 64 messages are handled', async () => {
  const { commit, answers } = held()
  const { notes, stop, ended } = begin(200, { commit })
  await vi.waitFor(() => expect(notes.filter((note) => note.startsWith('m'))).toHaveLength(64))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(notes.filter((note) => note.startsWith('m'))).toHaveLength(64)
  answers[0]?.(true)
  await vi.waitFor(() => expect(notes).toContain('commit 64'))
  stop.abort()
  answers[1]?.(true)
  await ended
})

test('each message of a large page costs the same', async () => {
  const { then } = Promise.prototype
  let calls = 0
  const counting: typeof then = function (this: Promise<never>, ...args) {
    calls += 1
    return Reflect.apply(then, this, args)
  }
  const callsOf = async (count: number): Promise<number> => {
    calls = 0
    const { notes, stop, ended } = begin(count)
    while (!notes.includes(`committed ${count}`)) await new Promise((resolve) => setTimeout(resolve, 1))
    stop.abort()
    await ended
    return calls / count
  }
  try {
    Reflect.set(Promise.prototype, 'then', counting)
    const few = await callsOf(100)
    expect(few).toBeGreaterThan(0)
    expect(await callsOf(1_000)).toBeLessThan(2 * few)
  } finally {
    Reflect.set(Promise.prototype, 'then', then)
  }
})
