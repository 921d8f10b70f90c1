/** Retries and group members, for the small bus that you replace: it only needs to know how to store and to handle. */
import type { Handler, Message, Position, Subscription } from 'busproof'
import { isDone, RefusedForGood } from './my-bus-contract.mjs'

export interface Parts {
  /** Stores the message once, however often it is called with this id. */
  readonly store: (message: Message, id: string) => Promise<Position>
  /** Whether a retry is useless. */
  readonly isFinal: (error: unknown) => boolean
  readonly member: (subscription: Subscription, handle: Handler, isLeaving: () => boolean) => Member
  readonly disconnect: () => void
}

/** Each call may reject while the network is broken. */
export interface Member {
  join(): Promise<unknown>
  /** Handles the next message; resolves with whether there was one. */
  handleNext(): Promise<boolean>
  leave(): Promise<unknown>
}

const TRIES = 3
/** The wait between two attempts, and between two fetches, ms. */
const PAUSE = 20

export const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, PAUSE))

export function startBus({ store, isFinal, member, disconnect }: Parts) {
  const leaves = new Set<() => Promise<void>>()
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  async function sendWithRetries(message: Message, signal: AbortSignal): Promise<Position> {
    const id = crypto.randomUUID()
    for (let tries = 1; ; tries++) {
      if (signal.aborted) throw new Error('cancelled')
      try {
        return await store(message, id)
      } catch (error) {
        if (isFinal(error)) throw new RefusedForGood('the broker refused it', { cause: error })
        if (tries === TRIES) throw error
        await sleep()
      }
    }
  }

  async function consume(subscription: Subscription, handle: Handler): Promise<() => Promise<void>> {
    let isLeaving = isClosed
    let isMember = false
    const { join, handleNext, leave } = member(subscription, handle, () => isLeaving)
    const joining = (async () => {
      while (!isMember && !isLeaving) {
        isMember = await succeeded(join())
        if (!isMember) await sleep()
      }
    })()
    const living = joining.then(async () => {
      while (!isLeaving) {
        // This fails while the network is broken; the message then comes again, to this member or another.
        if (!(await handleNext().catch(() => false))) await sleep()
      }
      // If this fails, the member is forgotten when its session ends.
      if (isMember) await succeeded(leave())
    })
    const end = async (): Promise<void> => {
      isLeaving = true
      await living
      leaves.delete(end)
    }
    leaves.add(end)
    await joining
    if (!isMember) throw new Error('the client is closed')
    return end
  }

  return {
    consume,
    /** One after another, so that no retry is overtaken. */
    send(message: Message, signal: AbortSignal): Promise<Position> {
      const sent = last.then(() => sendWithRetries(message, signal))
      last = sent.catch(() => undefined)
      return sent
    },
    async close(): Promise<void> {
      isClosed = true
      await Promise.all([last, ...[...leaves].map((end) => end())])
      disconnect()
    },
  }
}

const succeeded = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  )

/** Counts how often a member received each unfinished message. */
export function createAttempts(handle: Handler) {
  const attempts = new Map<string, number>()
  /** Resolves with whether it is finished. */
  return async (message: Message, position: Position): Promise<boolean> => {
    const place = JSON.stringify(position)
    const attempt = (attempts.get(place) ?? 0) + 1
    attempts.set(place, attempt)
    const done = await isDone(handle({ message, position, attempt }))
    if (done) attempts.delete(place)
    return done
  }
}
