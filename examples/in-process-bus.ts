/** A bus inside one process: a queue for each group and topic, whose members take turns; a rejected message comes again. */
import {
  type BusAdapter,
  type BusError,
  type Consumer,
  type Delivery,
  fixed,
  type Handler,
  type Message,
} from 'busproof'

type Member = { readonly handle: Handler; busy: Promise<boolean> | null }
type Queue = { readonly messages: Omit<Delivery, 'attempt'>[]; readonly members: Member[]; isWorking: boolean }

const MAX_BYTES = 1_048_576
const refusal = (code: string, message: string): BusError =>
  Object.assign(new Error(message), { code, retryable: false, effect: 'none' as const })

function refuseBadInput({ topic, value }: Message): void {
  if (topic === '' || /\p{Cc}/u.test(topic)) throw refusal('INVALID', 'the topic is empty or has control characters')
  if (value !== null && value.length > MAX_BYTES) throw refusal('INVALID', 'the value is too large')
}

/** Whether the message is done with: handled, or rejected for good. */
const settles = (handling: Promise<void>): Promise<boolean> =>
  handling.then(
    () => true,
    (error?: BusError) => error?.retryable === false,
  )

async function work(queue: Queue): Promise<void> {
  const { messages, members } = queue
  if (queue.isWorking) return
  queue.isWorking = true
  for (let [next] = messages, [member] = members; next && member; [next] = messages, [member] = members) {
    for (let attempt = 1; messages[0] === next && members.includes(member); attempt++) {
      member.busy = settles(member.handle({ ...next, attempt }))
      if (await member.busy) messages.shift()
    }
    members.push(...members.splice(0, 1))
  }
  queue.isWorking = false
}

const open: BusAdapter['open'] = async () => {
  const topics = new Map<string, { stored: number; readonly queues: Map<string, Queue> }>()
  const consumers = new Set<Consumer>()
  let isClosed = false
  const topicOf = (name: string) => {
    if (isClosed) throw refusal('CLOSED', 'the bus is closed')
    const topic = topics.get(name) ?? { stored: 0, queues: new Map() }
    topics.set(name, topic)
    return topic
  }
  return {
    async publish(message) {
      refuseBadInput(message)
      const topic = topicOf(message.topic)
      const position = { topic: message.topic, partition: 0, offset: topic.stored++ }
      for (const queue of topic.queues.values()) {
        queue.messages.push({ message, position })
        void work(queue)
      }
      return { status: 'acknowledged', position }
    },
    async subscribe({ group, topics: [name = ''] }, handle) {
      const { queues } = topicOf(name)
      const queue = queues.get(group) ?? { messages: [], members: [], isWorking: false }
      const member: Member = { handle, busy: null }
      queues.set(group, queue)
      queue.members.push(member)
      void work(queue)
      const close = async () => {
        if (queue.members.includes(member)) queue.members.splice(queue.members.indexOf(member), 1)
        await member.busy
        consumers.delete(consumer)
      }
      const consumer = { close }
      consumers.add(consumer)
      return consumer
    },
    async close() {
      isClosed = true
      await Promise.all([...consumers].map((consumer) => consumer.close()))
    },
  }
}

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: MAX_BYTES },
  publish: { timeout: fixed(1_000), deadline: fixed(1_000) },
  consume: { session: fixed(10_000), behindFailure: 'hold' },
  close: { deadline: fixed(5_000) },
  recovery: { deadline: fixed(5_000) },
  errors: { codes: ['INVALID', 'CLOSED'] },
}

export default { name: 'in-process-bus', system: 'in-process', claims, open } satisfies BusAdapter
