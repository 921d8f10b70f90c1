/**
 * A small broker, so that everything works before you replace it with yours: one process that listens on BROKER_PORT, requires
 * BROKER_TOKEN, and keeps everything that it accepts in the journal BROKER_JOURNAL. Requests and answers are lines of JSON.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import process from 'node:process'

const { BROKER_PORT, BROKER_TOKEN, BROKER_JOURNAL = '' } = process.env

/** By topic, its partitions, each an array of messages: an offset is an index. */
const topics = new Map()
/** The position of each message, by message id. */
const stored = new Map()
/** By group, topic and partition: the group continues at `next`, and `holder` works on it until `until`. */
const positions = new Map()
const clients = new Set()

/** Requests that change the state: applied when they arrive, and again from the journal when the broker starts. */
const changes = {
  create({ topic, partitions }) {
    if (!topics.has(topic))
      topics.set(
        topic,
        Array.from({ length: partitions }, () => []),
      )
  },
  remove({ prefix }) {
    for (const topic of topics.keys()) if (topic.startsWith(prefix)) topics.delete(topic)
    for (const [place, { group }] of positions) if (group.startsWith(prefix)) positions.delete(place)
  },
  publish({ topic, messageId, message }) {
    const before = stored.get(messageId)
    if (before !== undefined) return before
    const partitions = partitionsOf(topic)
    const partition = hashOf(message.key ?? messageId) % partitions.length
    const at = { partition, offset: partitions[partition].push(message) - 1 }
    stored.set(messageId, at)
    return at
  },
  join({ group, topics: joined, from }) {
    for (const topic of joined) {
      partitionsOf(topic).forEach((messages, partition) => {
        const place = placeOf(group, topic, partition)
        const next = from === 'earliest' ? 0 : messages.length
        if (!positions.has(place)) positions.set(place, { group, topic, partition, next, holder: null, until: 0 })
      })
    }
  },
  done({ group, topic, partition, offset }) {
    const position = positions.get(placeOf(group, topic, partition))
    if (position?.next === offset) Object.assign(position, { next: offset + 1, holder: null })
  },
}

const questions = {
  /** The next message of a free partition; it belongs to the member for `session` ms. */
  take({ group, topics: asked, member, session }) {
    for (const position of positions.values()) {
      const { topic, partition, next, holder, until } = position
      const message = topics.get(topic)?.[partition]?.[next]
      const isFree = holder === null || holder === member || until < Date.now()
      if (position.group !== group || !asked.includes(topic) || message === undefined || !isFree) continue
      Object.assign(position, { holder: member, until: Date.now() + session })
      return { topic, partition, offset: next, message }
    }
    return null
  },
  /** A heartbeat; returns whether the partition still belongs to the member. */
  hold({ group, topic, partition, member, session }) {
    const position = positions.get(placeOf(group, topic, partition))
    if (position?.holder !== member) return false
    position.until = Date.now() + session
    return true
  },
  look: ({ prefix }) => ({
    topics: [...topics].filter(([topic]) => topic.startsWith(prefix)),
    positions: [...positions.values()].filter(({ group }) => group.startsWith(prefix)),
    clients: clients.size,
  }),
}

const placeOf = (group, topic, partition) => JSON.stringify([group, topic, partition])

function partitionsOf(topic) {
  const partitions = topics.get(topic)
  if (partitions === undefined) throw new Error(`there is no topic ${topic}`)
  return partitions
}

const hashOf = (text) => [...text].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) % 2_147_483_647, 7)

/** An incomplete last line, from a kill, was never answered, so it does not count. */
function restore() {
  if (!existsSync(BROKER_JOURNAL)) return
  for (const line of readFileSync(BROKER_JOURNAL, 'utf8').split('\n')) {
    const request = parsed(line)
    if (request !== null) changes[request.do](request)
  }
  appendFileSync(BROKER_JOURNAL, '\n')
}

function parsed(line) {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function answerTo(request, session) {
  if (request.do === 'hello') {
    session.isKnown = request.token === BROKER_TOKEN
    if (request.witness !== true) clients.add(session)
    return session.isKnown
  }
  if (!session.isKnown) throw new Error('say hello first, with the token')
  const question = questions[request.do]
  if (question !== undefined) return question(request)
  if (request.do === 'done') {
    const position = positions.get(placeOf(request.group, request.topic, request.partition))
    if (position?.holder !== request.member) return false
  }
  const answer = changes[request.do](request)
  appendFileSync(BROKER_JOURNAL, `${JSON.stringify(request)}\n`)
  return answer ?? true
}

/** Not `node:readline`, which also returns the beginning of an incomplete line. */
function onLine(socket, heed) {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(heed)
  })
}

restore()
createServer((socket) => {
  const session = { isKnown: false }
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clients.delete(session))
  onLine(socket, (line) => {
    const request = parsed(line)
    if (request === null) return socket.destroy()
    try {
      socket.write(`${JSON.stringify({ id: request.id, answer: answerTo(request, session) })}\n`)
    } catch (error) {
      socket.write(`${JSON.stringify({ id: request.id, refused: error.message })}\n`)
    }
  })
}).listen(Number(BROKER_PORT), '127.0.0.1')
