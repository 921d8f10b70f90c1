import { describe, expect, test } from 'vitest'
import type { Wire } from '../../harness/adapter.ts'
import { createBroker } from './broker.ts'
import { createGroups } from './groups.ts'
import { createLog } from './log.ts'
import { decodeValue, encodeValue, type RequestFrame, readFrames, writeFrame } from './protocol.ts'

const message = (value: string, key: string | null = null) => ({ key, value, headers: [] })
const orders = { topic: 'orders', partition: 0 }

describe('the log', () => {
  test('stores a message once for each dedup id, and answers its first position again', () => {
    const log = createLog([{ name: 'orders', partitions: 1, deadLetter: 'orders.dlq' }], 100)
    expect(log.append('orders', 'a', message('1'))).toEqual({ partition: 0, offset: 0, fresh: true })
    expect(log.append('orders', 'a', message('1'))).toEqual({ partition: 0, offset: 0, fresh: false })
    expect(log.append('orders', null, message('2'))).toEqual({ partition: 0, offset: 1, fresh: true })
    expect([log.partitionsOf('orders.dlq'), log.partitionsOf('unknown')]).toEqual([1, 0])
  })

  test('keeps one key in one partition', () => {
    const log = createLog([{ name: 'orders', partitions: 3, deadLetter: null }], 100)
    const partitions = Array.from({ length: 9 }, () => log.append('orders', null, message('x', 'key')).partition)
    expect(new Set(partitions).size).toBe(1)
  })

  test('retains so many messages, and reads on from the oldest', () => {
    const log = createLog([{ name: 'orders', partitions: 1, deadLetter: null }], 2)
    for (const value of ['1', '2', '3', '4']) log.append('orders', null, message(value))
    expect(log.read(orders, 0, 10).map(({ offset, value }) => [offset, value])).toEqual([
      [2, '3'],
      [3, '4'],
    ])
    expect(log.endOf(orders)).toBe(4)
  })

  test('forgets one topic, but not where it was', () => {
    const named = (name: string) => ({ name, partitions: 1, deadLetter: null })
    const log = createLog([named('orders'), named('bills')], 100)
    log.append('orders', 'a', message('1'))
    log.append('bills', 'b', message('1'))
    log.forget('orders')
    expect([log.read(orders, 0, 9), log.read({ topic: 'bills', partition: 0 }, 0, 9)]).toMatchObject([
      [],
      [{ offset: 0 }],
    ])
    expect(log.append('orders', 'a', message('1'))).toEqual({ partition: 0, offset: 1, fresh: true })
    expect(log.append('bills', 'b', message('1'))).toMatchObject({ fresh: false })
    expect(log.read(orders, 0, 9).map(({ offset }) => offset)).toEqual([1])
  })
})

describe('groups', () => {
  const setUp = (partitions = 2) => {
    let now = 0
    const groups = createGroups({
      now: () => now,
      partitionsOf: () => partitions,
      endOf: () => 7,
      onCommitted: () => undefined,
    })
    const join = (member: string, from: 'earliest' | 'latest' = 'earliest') =>
      groups.join('g', member, { topics: ['orders'], session: 100, from })
    const owned = (member: string) =>
      groups
        .sync('g', member)
        .owned.map(({ partition, release }) => (release ? `${partition} to release` : `${partition}`))
    return {
      groups,
      join,
      owned,
      pass: (ms: number) => {
        now += ms
      },
    }
  }

  test('count members until they leave or their session has ended', () => {
    const { groups, join, pass } = setUp()
    join('a')
    join('b')
    groups.leave('g', 'a')
    pass(100)
    expect(groups.memberCount()).toBe(1)
    pass(1)
    expect(groups.memberCount()).toBe(0)
  })

  test('hand a partition over only once its owner has released it', () => {
    const { groups, join, owned } = setUp()
    join('a')
    expect(owned('a')).toEqual(['0', '1'])
    join('b')
    expect(owned('b')).toEqual([])
    expect(owned('a')).toEqual(['0', '1 to release'])
    groups.release('g', 'a', { topic: 'orders', partition: 1 })
    expect([owned('b'), owned('a')]).toEqual([['1'], ['0']])
  })

  test('forget where a group without members was, of one topic', () => {
    const { groups, join, owned } = setUp(1)
    join('a')
    owned('a')
    groups.commit('g', 'a', { topic: 'orders', partition: 0 }, 3)
    groups.forget('orders')
    expect(groups.committed()).toMatchObject([{ group: 'g', next: 3 }])
    groups.leave('g', 'a')
    groups.forget('bills')
    expect(groups.committed()).toHaveLength(1)
    groups.forget('orders')
    expect(groups.committed()).toEqual([])
  })

  test('forget a member that was not heard of for a session, and refuse its commits once another owns', () => {
    const { groups, join, owned, pass } = setUp(1)
    join('a')
    owned('a')
    expect(groups.commit('g', 'a', orders, 3)).toBe(true)
    pass(101)
    join('b')
    expect(groups.sync('g', 'b').owned).toEqual([{ ...orders, next: 3, release: false }])
    expect([groups.commit('g', 'a', orders, 5), groups.sync('g', 'a').member]).toEqual([false, false])
  })

  test('never move a position back, and begin a latest group at the end', () => {
    const { groups, join, owned } = setUp(1)
    join('a', 'latest')
    owned('a')
    groups.commit('g', 'a', orders, 9)
    groups.commit('g', 'a', orders, 8)
    expect(groups.committed()).toEqual([{ group: 'g', ...orders, next: 9 }])
  })
})

test('frames survive being sliced into single bytes', () => {
  let listener: (bytes: Uint8Array) => void = () => undefined
  const sent: number[] = []
  const wire: Wire = {
    write: (bytes) => sent.push(...bytes),
    destroy: () => undefined,
    onData: (given) => {
      listener = given
    },
    onClosed: () => undefined,
  }
  const frames: unknown[] = []
  readFrames(wire, (frame) => frames.push(frame))
  writeFrame(wire, { id: 1, do: 'hello', token: 'é' })
  writeFrame(wire, { id: 2, answer: {} })
  for (const byte of sent) listener(Uint8Array.of(byte))
  expect(frames).toEqual([
    { id: 1, do: 'hello', token: 'é' },
    { id: 2, answer: {} },
  ])
})

test('a long value arrives as it is, and a frame that promises more than it holds ends the connection', () => {
  const value = Uint8Array.from({ length: 5_000 }, (_, index) => index)
  const request = { id: 1, do: 'publish', topic: 'orders', dedup: null } as const
  const sent: Uint8Array[] = []
  const wire = {
    write: (bytes: Uint8Array) => void sent.push(bytes),
    onData: () => undefined,
    onClosed: () => undefined,
  }
  const long = { key: null, ...encodeValue(value), headers: [] }
  writeFrame({ ...wire, destroy: () => undefined }, { ...request, message: long })
  const bytes = Buffer.concat(sent)
  const read = (given: Uint8Array): { frames: unknown[]; isOpen: boolean } => {
    const seen = { frames: [] as unknown[], isOpen: true }
    const destroy = (): void => {
      seen.isOpen = false
    }
    readFrames({ ...wire, destroy, onData: (listener) => listener(given) }, (frame) => seen.frames.push(frame))
    return seen
  }
  const [frame] = read(bytes).frames as { message: typeof long }[]
  expect(bytes.length).toBeLessThan(value.length + 200)
  expect(frame?.message.value).toBeNull()
  expect(frame && Buffer.compare(decodeValue(frame.message) ?? Buffer.alloc(0), value)).toBe(0)
  const shorter = Buffer.from(bytes.subarray(0, -1))
  shorter.writeUInt32BE(bytes.readUInt32BE(0) - 1)
  expect(read(shorter)).toEqual({ frames: [], isOpen: false })
})

test('what no client can read is stored, and read as far as it can be', () => {
  const topics = [{ name: 'orders', partitions: 1, deadLetter: null }]
  const broker = createBroker({ topics, secret: 's', now: () => 0, witness: () => undefined })
  const position = broker.poison('orders', Uint8Array.of(0, 0xff))
  expect(position).toEqual({ ...orders, offset: 0 })
  expect(broker.stored()).toEqual([{ position, key: null, value: Buffer.from([0, 0xff]), headers: [] }])
})

describe('its process', () => {
  const setUp = () => {
    const topics = [{ name: 'orders', partitions: 1, deadLetter: null }]
    const broker = createBroker({ topics, secret: 's', now: () => 0, witness: () => undefined })
    const connect = () => {
      const answers: unknown[] = []
      let take: (bytes: Uint8Array) => void = () => undefined
      const state = { isOpen: true }
      broker.accept('publish', {
        write: (bytes) => answers.push(JSON.parse(Buffer.from(bytes.subarray(4)).toString())),
        destroy: () => {
          state.isOpen = false
        },
        onData: (listener) => {
          take = listener
        },
        onClosed: () => undefined,
      })
      const ask = async (frame: RequestFrame): Promise<void> => {
        writeFrame({ write: take, destroy: () => undefined, onData: () => undefined, onClosed: () => undefined }, frame)
        for (let turn = 0; turn < 5; turn++) await Promise.resolve()
      }
      return { answers, ask, state }
    }
    /** A member of a group, which owns what there is. */
    const joined = async () => {
      const member = connect()
      await member.ask(hello)
      await member.ask({
        id: 2,
        do: 'join',
        group: 'g',
        member: 'a',
        topics: ['orders'],
        from: 'earliest',
        session: 100,
      })
      await member.ask({ id: 3, do: 'sync', group: 'g', member: 'a' })
      return member
    }
    return { broker, connect, joined }
  }
  const hello: RequestFrame = { id: 1, do: 'hello', token: 's' }
  const publish = (id: number): RequestFrame => ({
    id,
    do: 'publish',
    topic: 'orders',
    dedup: null,
    message: message('x'),
  })

  test('answers nothing while it is frozen, and all of it afterwards', async () => {
    const { broker, connect } = setUp()
    const { answers, ask, state } = connect()
    await ask(hello)
    await broker.process.pause()
    await ask(publish(2))
    expect([answers.length, broker.stored().length, state.isOpen]).toEqual([1, 0, true])
    await broker.process.resume()
    await ask(publish(3))
    expect([answers.length, broker.stored().length]).toEqual([3, 2])
  })

  test('keeps what was stored and committed when it is killed, and nothing else', async () => {
    const { broker, connect, joined } = setUp()
    const first = await joined()
    await first.ask(publish(4))
    await first.ask({ id: 5, do: 'commit', group: 'g', member: 'a', ...orders, next: 1 })
    await broker.process.pause()
    await first.ask(publish(6))
    await broker.process.kill()
    expect([first.state.isOpen, connect().state.isOpen]).toEqual([false, false])
    await broker.process.restart()
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    expect(broker.stored()).toHaveLength(1)
    expect(broker.committed()).toEqual([{ group: 'g', ...orders, next: 1 }])
    expect(broker.resources()).toEqual({ sessions: 0, members: 0 })
    const second = connect()
    await second.ask(hello)
    await second.ask({ id: 2, do: 'sync', group: 'g', member: 'a' })
    expect(second.answers.at(-1)).toEqual({ id: 2, answer: { member: false, owned: [] } })
  })

  test('comes back with nothing but its topics when it has lost its disk', async () => {
    const { broker, connect, joined } = setUp()
    const first = await joined()
    await first.ask({ ...publish(4), dedup: 'once' } as RequestFrame)
    await first.ask({ id: 5, do: 'commit', group: 'g', member: 'a', ...orders, next: 1 })
    await first.ask({
      id: 6,
      do: 'write',
      row: { id: 'r', values: { flag: true, count: 1, ratio: 1, label: '', note: null } },
      event: null,
      to: 'log',
    })
    expect(broker.rows()).toHaveLength(1)
    await broker.process.kill()
    await broker.process.loseDisk?.()
    await broker.process.restart()
    expect([broker.stored(), broker.committed(), broker.rows()]).toEqual([[], [], []])
    const second = connect()
    await second.ask(hello)
    await second.ask({ ...publish(2), dedup: 'once' } as RequestFrame)
    expect(second.answers.at(-1)).toEqual({ id: 2, answer: { partition: 0, offset: 0 } })
    expect(broker.stored()).toHaveLength(1)
  })
})
