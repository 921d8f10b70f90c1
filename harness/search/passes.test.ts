import { expect, test } from 'vitest'
import { outcomeOf } from '../certificate/clauses.case.ts'
import * as parts from '../plan/parts.case.ts'
import type { Plan } from '../plan/plan.ts'
import { stepsIn } from '../plan/size.ts'
import { drop, narrow, simplify } from './passes.ts'
import type { Reducing } from './reducing.ts'

const consumer = parts.consumer()
const message = parts.message()
const plan = parts.plan()

/** A plan that is being made smaller for as long as `fails` says so. */
function reducing(start: Plan, fails: (plan: Plan) => boolean): Reducing & { readonly tries: () => number } {
  let smallest = outcomeOf(start)
  let tries = 0
  return {
    clause: 'delivery/1',
    tries: () => tries,
    get smallest() {
      return smallest
    },
    get steps() {
      return stepsIn(smallest.plan)
    },
    attempt(tried) {
      tries += 1
      if (fails(tried)) smallest = outcomeOf(tried)
      return Promise.resolve(fails(tried))
    },
    detour: () => Promise.reject(new Error('no pass takes a detour')),
  }
}

test('of many messages the two that matter are found in few tries', async () => {
  const messages = Array.from({ length: 40 }, (_, index) => ({ ...message, at: index }))
  const matter = reducing({ ...plan, messages }, (tried) =>
    [7, 31].every((at) => tried.messages.some((one) => one.at === at)),
  )
  await drop(matter)
  expect(matter.smallest.plan.messages.map(({ at }) => at)).toEqual([7, 31])
  expect(matter.tries()).toBeLessThan(40)
})

test('whatever a plan has any number of is left out, but for one consumer', async () => {
  const full: Plan = {
    ...plan,
    cycles: 10,
    uses: 0,
    faults: [{ kind: 'refuse', role: 'publish', direction: 'down', at: 0, lasts: 100, amount: 0 }],
    outages: [{ kind: 'pause', server: 0, at: 0, lasts: 100 }],
    kills: [{ node: 0, at: 0 }],
    closes: [{ node: 0, at: 0, calls: 1 }],
    forces: [{ node: 0, at: 0, isolated: null, resets: 1 }],
    poisons: [{ at: 0, topic: 0 }],
    consumers: [consumer, { ...consumer, group: 1 }, { ...consumer, joinAt: 100 }],
    messages: [message],
  }
  const all = reducing(full, () => true)
  await drop(all)
  expect(all.steps).toBe(0)
  expect(all.smallest.plan.consumers).toHaveLength(1)
})

test('one node, one partition, one group, and no consumer leaves', async () => {
  const wide: Plan = {
    ...plan,
    nodes: 3,
    producers: 2,
    topics: [{ partitions: 3 }, { partitions: 2 }],
    consumers: [consumer, { ...consumer, group: 2, leaveAt: 900 }],
  }
  const any = reducing(wide, () => true)
  await narrow(any)
  expect(any.smallest.plan).toEqual({ ...plan, consumers: [consumer, consumer] })
})

test('what is needed of nodes, topics and consumers stays', async () => {
  const wide: Plan = {
    ...plan,
    nodes: 3,
    topics: [{ partitions: 3 }, { partitions: 2 }],
    consumers: [consumer, { ...consumer, group: 2, leaveAt: 900 }, { ...consumer, leaveAt: 600 }],
  }
  const some = reducing(
    wide,
    (tried) => tried.nodes > 1 && tried.topics.length > 1 && tried.consumers.some(({ leaveAt }) => leaveAt === 900),
  )
  await narrow(some)
  expect(some.smallest.plan).toMatchObject({ nodes: 2, topics: [{ partitions: 1 }, { partitions: 1 }] })
  expect(some.smallest.plan.consumers.map(({ leaveAt }) => leaveAt)).toEqual([null, 900, null])
})

test('messages become as plain as they can be, all at once where nothing of them is needed', async () => {
  const odd = {
    ...message,
    at: 5,
    body: { bytes: 65_536 },
    headers: 'text',
    key: 3,
    abortAfter: 20,
    row: 'commit',
  } as const
  const messages = [odd, { ...odd, at: 6 }]
  const any = reducing({ ...plan, messages }, () => true)
  await simplify(any)
  expect(any.smallest.plan.messages).toEqual([5, 6].map((at) => ({ ...message, at, row: null })))
  expect(any.tries()).toBe(1)
  const second = reducing({ ...plan, messages }, (tried) => tried.messages[1]?.body !== 'text')
  await simplify(second)
  expect(second.smallest.plan.messages).toEqual([
    { ...message, at: 5, row: null },
    { ...message, at: 6, row: null, body: { bytes: 65_536 } },
  ])
})

test('of many headers only those remain that matter, and keys become plain', async () => {
  const headers = ['a', 'b', 'c', 'd'].map((name) => ({ name, value: { text: name } }))
  const odd = { ...plan, keys: [{ text: '' }], messages: [{ ...message, headers }] }
  const some = reducing(odd, (tried) => {
    const [first] = tried.messages
    return first !== undefined && first.headers !== 'text' && first.headers.some(({ name }) => name === 'b')
  })
  await simplify(some)
  expect(some.smallest.plan.keys).toEqual([])
  expect(some.smallest.plan.messages[0]?.headers).toEqual([{ name: 'b', value: { text: 'b' } }])
})
