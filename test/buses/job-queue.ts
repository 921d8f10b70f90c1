/**
 * Lives inside one process: each group has a queue of jobs that its members take from, as many at once as there are members. A
 * job that fails waits for its next turn while others go on. Topics are events of an EventEmitter, and no position is ever told.
 */
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bus, BusAdapter, BusError, Handler, Message } from '../../harness/adapter.ts'
import { fixed, settable } from '../../harness/claims.ts'

const MAX_BYTES = 10_000_000

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'none',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: MAX_BYTES },
  publish: { timeout: fixed(500), deadline: fixed(500) },
  consume: { session: fixed(30_000), behindFailure: 'go-on' },
  close: { deadline: fixed(1_000) },
  recovery: { deadline: fixed(2_000) },
  errors: { codes: ['closed', 'invalid', 'cancelled'] },
  handling: {
    formula: 'exponential',
    base: settable(100, 5, 10_000),
    factor: fixed(2),
    cap: settable(1_000, 20, 60_000),
    jitter: { low: fixed(0.8), high: fixed(1.2) },
    retries: settable(4, 0, 10),
  },
}

interface Job {
  readonly message: Message
  /** How often it failed, whoever handled it. */
  failed: number
  /** How often each member was given it. */
  readonly given: Map<Member, number>
}

interface Group {
  readonly jobs: Job[]
  readonly members: Member[]
}

interface Member {
  readonly handle: Handler
  readonly leaving: AbortController
  busy: Promise<void> | null
}

const refusal = (code: string, message: string): BusError => ({ code, message, effect: 'none', retryable: false })

const open: BusAdapter['open'] = async (site) => {
  const topics = new EventEmitter()
  const groups = new Map<string, Group>()
  const closing = new AbortController()
  const handling = site.claims.handling
  const putOff = new Set<Promise<void>>()

  const dispatch = (group: Group): void => {
    for (const member of group.members) {
      if (group.jobs.length === 0) return
      if (member.busy !== null || member.leaving.signal.aborted) continue
      const job = group.jobs.shift() as Job
      member.busy = work(group, member, job).then(() => {
        member.busy = null
        dispatch(group)
      })
    }
  }

  async function work(group: Group, member: Member, job: Job): Promise<void> {
    const attempt = (job.given.get(member) ?? 0) + 1
    job.given.set(member, attempt)
    try {
      await member.handle({ message: job.message, attempt })
    } catch (error) {
      job.failed += 1
      const isOver = (error as Partial<BusError> | undefined)?.retryable === false
      if (isOver || (handling !== undefined && job.failed > handling.retries)) return
      const waiting = again(group, job).catch(() => undefined)
      putOff.add(waiting)
      void waiting.then(() => putOff.delete(waiting))
    }
  }

  async function again(group: Group, job: Job): Promise<void> {
    const { base, factor, cap, jitter } = handling ?? { base: 50, factor: 1, cap: 50, jitter: { low: 1, high: 1 } }
    const wait = Math.min(cap, base * factor ** (job.failed - 1))
    const jittered = wait * (jitter.low + (jitter.high - jitter.low) * Math.random())
    await sleep(Math.ceil(jittered), undefined, { signal: closing.signal })
    group.jobs.unshift(job)
    dispatch(group)
  }

  const groupOf = (name: string, topic: string): Group => {
    const found = groups.get(`${name}/${topic}`)
    if (found !== undefined) return found
    const group: Group = { jobs: [], members: [] }
    groups.set(`${name}/${topic}`, group)
    topics.on(topic, (message: Message) => {
      group.jobs.push({ message, failed: 0, given: new Map() })
      setImmediate(() => closing.signal.aborted || dispatch(group))
    })
    return group
  }

  const leave = async (group: Group, member: Member): Promise<void> => {
    member.leaving.abort()
    await member.busy
    const index = group.members.indexOf(member)
    if (index !== -1) group.members.splice(index, 1)
  }

  const bus: Bus = {
    async publish(message, { signal }) {
      if (closing.signal.aborted) throw refusal('closed', 'the bus is closed')
      if (!/^\P{Cc}+$/u.test(message.topic)) throw refusal('invalid', 'topic: letters only, and at least one')
      if (message.value !== null && message.value.length > MAX_BYTES) throw refusal('invalid', 'value: too large')
      if (signal?.aborted === true) throw refusal('cancelled', 'cancelled')
      topics.emit(message.topic, message)
      return { status: 'acknowledged' }
    },
    async subscribe({ group: name, topics: [topic = ''] }, handle) {
      if (closing.signal.aborted) throw refusal('closed', 'the bus is closed')
      const group = groupOf(name, topic)
      const member: Member = { handle, leaving: new AbortController(), busy: null }
      group.members.push(member)
      dispatch(group)
      return { close: () => leave(group, member) }
    },
    async close() {
      closing.abort()
      topics.removeAllListeners()
      const all = [...groups.values()].flatMap((group) => group.members.map((member) => leave(group, member)))
      await Promise.all([...all, ...putOff])
      groups.clear()
    },
  }
  return bus
}

export default { name: 'job queue', system: 'in-process', claims, open } satisfies BusAdapter
