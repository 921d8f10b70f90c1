import { expect, test } from 'vitest'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { type BatchOutcome, batch, type PlannedBatch } from './batch.ts'
import type { Asked } from './descriptor.ts'

const { asks } = batch.conditions.batch.lists.batches
const ENTRY: PlannedBatch = { node: 1, at: 5, topic: 0, messages: 3, tooLarge: 1, flush: 20 }
const ERROR = { code: 'INVALID', effect: 'none', retryable: false, message: 'too large' } as const

/** What the history is told, in words, when a bus answers so. */
async function told(
  publishBatch: (sizes: readonly number[]) => Promise<readonly BatchOutcome[]>,
  flush = async () => {},
) {
  const notes: string[] = []
  const asked: Asked = {
    bus: {
      publishBatch: (messages) => publishBatch(messages.map(({ message }) => message.value?.length ?? 0)),
      flush,
    },
    adapter: {
      hangs: () => false,
      configure: () => Promise.resolve(null),
      parseTopic: () => Promise.resolve(null),
      printTopic: () => Promise.resolve(null),
      tryOpen: () => Promise.resolve({ connections: 0 }),
    },
    claims: { ...STORY_CLAIMS, messages: { ...STORY_CLAIMS.messages, maxBytes: 3 } },
    topic: () => 't',
    refusedTopic: 'refused',
    publish: () => undefined,
    tell: ({ type, ...rest }) => {
      const { outcome, error } = { outcome: undefined, error: undefined, ...rest }
      notes.push([type, outcome, error?.message].filter((part) => part !== undefined).join(' '))
    },
    redacted: (given) => given,
    opOf: (name) => name,
    see: (error) => ({
      code: null,
      effect: null,
      retryable: null,
      causes: [],
      message: (error as { message: string }).message,
    }),
    message: (op, topic) => ({ topic, key: null, value: Buffer.from('ab'), headers: [['op', Buffer.from(op)]] }),
    publishing: (op) => ({
      settled: (given) => void notes.push(`${op} ${(given as { status: string }).status}`),
      failed: (error) => void notes.push(`${op} failed ${(error as { message: string }).message}`),
    }),
    check: (shape, given) => shape.safeParse(given).data ?? null,
  }
  for (const ask of asks(ENTRY, 0)) await ask.carryOut(asked)
  await new Promise((resolve) => setTimeout(resolve, 5))
  return notes
}

test('it calls for the batch, and later for the flush', () => {
  expect(asks(ENTRY, 0).map(({ node, at }) => [node, at])).toEqual([
    [1, 5],
    [1, 25],
  ])
  expect(asks({ ...ENTRY, flush: null }, 0)).toHaveLength(1)
})

const OK = { status: 'acknowledged' } as const

test('each message is told with its outcome, and the one that is too large as a trial', async () => {
  const sizes: number[] = []
  const notes = await told(async (given) => {
    sizes.push(...given)
    return [OK, { status: 'failed', error: ERROR }, { status: 'failed', error: { ...ERROR, message: 'broken' } }]
  })
  expect(sizes).toEqual([2, 4, 2])
  expect(notes.filter((note) => !note.startsWith('flush'))).toEqual([
    'batch',
    'trial',
    'batch-0-0 acknowledged',
    'trial-ended refused too large',
    'batch-0-2 failed broken',
    'batch-ended',
  ])
})

test('what has no outcome is told nothing of', async () => {
  const notes = await told(async () => [OK, OK])
  expect(notes).toContain('trial-ended taken')
  expect(notes).toContain('batch-ended')
  expect(notes.filter((note) => note.startsWith('batch-0-2'))).toEqual([])
})

test.each([
  ['rejects', () => Promise.reject(new Error('all of it')), 'all of it'],
  ['gives something else', async () => [{ status: 'perhaps' } as never], 'it returned no outcomes'],
])('where publishBatch %s the batch has failed, and so has each message', async (_name, publishBatch, why) => {
  const notes = await told(publishBatch)
  expect(notes).toEqual(
    expect.arrayContaining([
      `batch-0-0 failed ${why}`,
      `trial-ended refused ${why}`,
      `batch-0-2 failed ${why}`,
      `batch-ended ${why}`,
    ]),
  )
})

test('a flush is told after what settled in the same moment', async () => {
  let settle = (): void => undefined
  const publishing = new Promise<void>((resolve) => {
    settle = resolve
  })
  const after = publishing.then(() => undefined).then(() => [OK, OK, OK])
  const notes = await told(
    () => after,
    async () => settle(),
  )
  expect(notes.indexOf('batch-ended')).toBeLessThan(notes.indexOf('flushed'))
  expect(notes).toContain('flushed')
  expect(
    await told(
      async () => [OK, OK, OK],
      () => Promise.reject(new Error('no')),
    ),
  ).toContain('flushed no')
})
