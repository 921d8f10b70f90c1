/** A pool: members are made when they are first needed, lent to one caller at a time, and come back however that ended. */
import { CODES, ResilienceError } from '../resilience/index.ts'

export interface PoolStats {
  readonly total: number
  readonly active: number
  readonly idle: number
  readonly waiting: number
}

export interface PoolPolicies {
  /** Members that there may be where so many are claimed. */
  readonly most: (claimed: number) => number
  /** Whether a member is taken back after work that ended so, its caller's signal being aborted or not. */
  readonly takesBack: (how: 'ok' | 'failed', signal: AbortSignal) => boolean
}

export const standardPool: PoolPolicies = { most: (claimed) => claimed, takesBack: () => true }

export interface Pool<T> {
  /** Rejects with a bus error when the signal aborts before there is a member to work with; else it settles as the work does. */
  use<R>(work: (member: T) => Promise<R>, signal: AbortSignal): Promise<R>
  stats(): PoolStats
  /** Hands every member to `end`, also those that are lent. */
  close(end: (member: T) => void): void
}

export function createPool<T>(make: () => T, most: number, policies: PoolPolicies = standardPool): Pool<T> {
  const members: T[] = []
  const idle: T[] = []
  const waiting: ((member: T) => void)[] = []
  const limit = policies.most(most)

  const take = (signal: AbortSignal): T | Promise<T> => {
    const free = idle.pop()
    if (free !== undefined) return free
    if (members.length >= limit) return next(signal)
    const made = make()
    members.push(made)
    return made
  }

  const next = (signal: AbortSignal): Promise<T> =>
    new Promise((resolve, reject) => {
      const lend = (member: T): void => {
        signal.removeEventListener('abort', giveUp)
        resolve(member)
      }
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(lend), 1)
        reject(
          new ResilienceError(CODES.timeout, 'the pool had no client to spare', { effect: 'none', retryable: true }),
        )
      }
      waiting.push(lend)
      signal.addEventListener('abort', giveUp, { once: true })
    })

  const takeBack = (member: T): void => {
    const lend = waiting.shift()
    if (lend === undefined) idle.push(member)
    else lend(member)
  }

  return {
    async use(work, signal) {
      const member = await take(signal)
      let how: 'ok' | 'failed' = 'failed'
      try {
        const done = await work(member)
        how = 'ok'
        return done
      } finally {
        if (policies.takesBack(how, signal)) takeBack(member)
      }
    },
    stats: () => ({
      total: members.length,
      active: members.length - idle.length,
      idle: idle.length,
      waiting: waiting.length,
    }),
    close(end) {
      for (const member of members) end(member)
    },
  }
}
