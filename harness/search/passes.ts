/** Ways to make a plan smaller, the big steps first. Each is repeated by `shrink` until none of them helps any more. */
import { MESSAGE_OPTIONS } from '../claims/plans.ts'
import { PLAIN_MESSAGE, type Plan, type PlannedMessage } from '../plan/plan.ts'
import { attemptIf, LISTS, type ListName, lengthOf, type Pass, type Reducing, without } from './reducing.ts'

/** Halves, quarters and so on down to single entries, from the end, since what is early seldom depends on what is late. */
async function dropChunks(reducing: Reducing, list: ListName): Promise<void> {
  for (let size = lengthOf(reducing.smallest.plan, list); size >= 1; size = Math.floor(size / 2)) {
    for (let end = lengthOf(reducing.smallest.plan, list); end > 0; end -= size) {
      const within = (index: number): boolean => index >= end - size && index < end
      await attemptIf(reducing, without(reducing.smallest.plan, list, within))
    }
  }
}

/** Leaves out whatever can be left out. */
export const drop: Pass = async (reducing) => {
  for (const long of ['cycles', 'uses'] as const)
    if (reducing.smallest.plan[long] > 0) await reducing.attempt({ ...reducing.smallest.plan, [long]: 0 })
  for (const list of LISTS) await dropChunks(reducing, list)
}

/** One node, one topic, one group; no consumer leaves. */
export const narrow: Pass = async (reducing) => {
  const plan = (): Plan => reducing.smallest.plan
  await reducing.attempt({ ...plan(), nodes: 1, producers: 1, topics: [{ partitions: 1 }] })
  for (let nodes = 1; nodes < plan().nodes; nodes++) await reducing.attempt({ ...plan(), nodes })
  await reducing.attempt({ ...plan(), producers: 1 })
  await reducing.attempt({ ...plan(), topics: [{ partitions: 1 }] })
  await reducing.attempt({ ...plan(), topics: plan().topics.slice(0, 1) })
  await reducing.attempt({ ...plan(), topics: plan().topics.map(() => ({ partitions: 1 })) })
  await reducing.attempt({
    ...plan(),
    consumers: plan().consumers.map((consumer) => ({ ...consumer, leaveAt: null, group: 0 })),
  })
  for (const index of plan().consumers.keys()) {
    const consumers = plan().consumers.map((one, at) => (at === index ? { ...one, leaveAt: null } : one))
    await reducing.attempt({ ...plan(), consumers })
  }
}

/** Options stay absent where they are. */
const plain = (message: PlannedMessage): PlannedMessage => ({
  at: message.at,
  ...PLAIN_MESSAGE,
  ...Object.fromEntries(
    MESSAGE_OPTIONS.flatMap(({ name, values: [none] }) => (message[name] === undefined ? [] : [[name, none]])),
  ),
})

const FIELDS = [
  ...(['outcome', 'abortAfter', 'body', 'headers', 'key', 'topic', 'producer'] as const),
  ...MESSAGE_OPTIONS.map(({ name }) => name),
]

const withoutHeader = (message: PlannedMessage, place: number): PlannedMessage =>
  message.headers === 'text' ? message : { ...message, headers: message.headers.toSpliced(place, 1) }

/** Messages as plain as they can be: all at once, field by field, and one by one. */
export const simplify: Pass = async (reducing) => {
  const plan = (): Plan => reducing.smallest.plan
  const change = (by: (message: PlannedMessage, index: number) => PlannedMessage): Promise<boolean> =>
    reducing.attempt({ ...plan(), messages: plan().messages.map(by) })
  if (plan().keys.length > 0) await reducing.attempt({ ...plan(), keys: [] })
  if (await change(plain)) return
  for (const field of FIELDS) {
    await change((message) => (message[field] === undefined ? message : { ...message, [field]: plain(message)[field] }))
  }
  for (const index of plan().messages.keys()) {
    const changeOne = (by: (message: PlannedMessage) => PlannedMessage): Promise<boolean> =>
      change((message, at) => (at === index ? by(message) : message))
    if (await changeOne(plain)) continue
    const headers = plan().messages[index]?.headers ?? []
    if (headers === 'text') continue
    for (let place = headers.length - 1; place >= 0; place--)
      await changeOne((message) => withoutHeader(message, place))
  }
}
