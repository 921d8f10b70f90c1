/** What these buses share: one connection to the embedded broker, and how a message looks on it. */
import type { Header, Message, Role, Site } from '../../harness/adapter.ts'
import {
  type AnswerFrame,
  type Answers,
  decodeKey,
  decodeValue,
  type EncodedMessage,
  encodeKey,
  encodeValue,
  type FetchedRecord,
  type Request,
  readFrames,
  writeFrame,
} from '../../systems/memory/protocol.ts'

/** A connection that never opens again: whoever needs another one opens another. */
export interface Line {
  readonly isDown: boolean
  /** Rejects with {@link Refused} if the broker refuses, and otherwise if the line goes down before the answer. */
  ask<R extends Request>(request: R): Promise<Answers[R['do']]>
  /** Whatever is asked and not answered rejects. */
  cut(): void
}

/** The broker answered that it will not do it. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

interface Asked {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

/** Rejects if the broker cannot be reached. */
export async function openLine(site: Site, role: Role): Promise<Line> {
  const wire = await site.dial(role)
  const asked = new Map<number, Asked>()
  let ids = 0
  let isDown = false
  const goDown = (cause?: Error): void => {
    isDown = true
    wire.destroy()
    for (const { reject } of asked.values()) reject(new Error('the line went down', cause && { cause }))
    asked.clear()
  }
  wire.onClosed(goDown)
  readFrames(wire, (frame) => {
    const answer = frame as AnswerFrame
    const one = asked.get(answer.id)
    asked.delete(answer.id)
    if ('answer' in answer) one?.resolve(answer.answer as never)
    else one?.reject(new Refused(answer.refused.message))
  })
  const ask: Line['ask'] = (request) =>
    new Promise((resolve, reject) => {
      if (isDown) return reject(new Error('the line is down'))
      const id = ids++
      asked.set(id, { resolve, reject })
      writeFrame(wire, { id, ...request })
    })
  ask({ do: 'hello', token: site.credentials['token'] ?? '' }).catch(() => goDown())
  return {
    get isDown() {
      return isDown
    },
    ask,
    cut: () => goDown(),
  }
}

export const encode = ({ key, value, headers }: Message): EncodedMessage => ({
  key: encodeKey(key),
  ...encodeValue(value),
  headers: headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
})

export const decode = (topic: string, record: FetchedRecord): Message => ({
  topic,
  key: decodeKey(record),
  value: decodeValue(record),
  headers: record.headers.map(([name, text]): Header => [name, Buffer.from(text, 'base64')]),
})

/** How long a member that leaves waits for the broker to hear of it, ms: its session ends by itself. */
export const FAREWELL = 200

/** Resolves when the work has ended in any way, or after `ms`. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([work.catch(() => undefined), pause(ms, over.signal)])
  over.abort()
}

/** Resolves after `ms`, or as soon as the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.ceil(ms))
    signal.addEventListener('abort', end, { once: true })
  })

/** Aborts with either of them, until it is disposed: a signal on Node 20 never lets go of an `AbortSignal.any`. */
export function eitherOf(one: AbortSignal, other: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const either = new AbortController()
  const end = (): void => either.abort()
  for (const signal of [one, other]) {
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  }
  return {
    signal: either.signal,
    [Symbol.dispose]() {
      for (const signal of [one, other]) signal.removeEventListener('abort', end)
    },
  }
}

export interface LineKeeper {
  /** The current line of its role, opened again if it went down. Rejects if the broker cannot be reached. */
  get(): Promise<Line>
  close(): void
}

export function keepLine(site: Site, role: Role): LineKeeper {
  let line: Line | null = null
  let opening: Promise<Line> | null = null
  let isClosed = false
  const open = async (): Promise<Line> => {
    try {
      line = await openLine(site, role)
      if (isClosed) line.cut()
      return line
    } finally {
      opening = null
    }
  }
  return {
    get() {
      if (line !== null && !line.isDown) return Promise.resolve(line)
      opening ??= open()
      return opening
    },
    close() {
      isClosed = true
      line?.cut()
    },
  }
}

/** What the adapter claims itself. */
export function claimed<T>(claim: T | undefined): T {
  if (claim === undefined) throw new RangeError('the claim is missing')
  return claim
}
