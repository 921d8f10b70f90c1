/** A link to an echo, made anew for each test, and what tests of its faults share. */
import { afterEach, beforeEach, expect } from 'vitest'
import type { Direction, FaultKind } from '../faults.ts'
import type { PlannedFault } from '../plan/plan.ts'
import type { Endpoint } from '../system-contract.ts'
import type { RealLink } from './real-link.ts'
import { type Client, type Echo, openClient, startEcho } from './sockets.case.ts'

export const fault = (kind: FaultKind, direction: Direction = 'up', amount = 0): PlannedFault => ({
  kind,
  role: 'publish',
  direction,
  at: 0,
  lasts: 0,
  amount,
})

/** Long enough for what is not held back to come through on loopback. */
export const AWHILE = 60

export interface FaultyLink {
  readonly echo: Echo
  readonly link: RealLink
  /** Makes the link anew. */
  connect(): Promise<void>
  open(): Promise<Client>
  /** A connection on which both sides have heard of each other. */
  talking(): Promise<Client>
  /** New connections work at once. */
  usable(): Promise<void>
}

export function faultyLink(makeLink: (target: Endpoint) => Promise<RealLink>): FaultyLink {
  let echo: Echo
  let link: RealLink
  const clients: Client[] = []
  const connect = async (): Promise<void> => {
    link = await makeLink(echo.endpoint)
  }
  const open = async (): Promise<Client> => {
    const client = await openClient(link.address)
    clients.push(client)
    return client
  }
  beforeEach(async () => {
    echo = await startEcho()
    await connect()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client[Symbol.asyncDispose]()
    await link[Symbol.asyncDispose]()
    await echo[Symbol.asyncDispose]()
  })
  return {
    get echo() {
      return echo
    },
    get link() {
      return link
    },
    connect,
    open,
    async talking() {
      const client = await open()
      client.send('hello')
      await client.gets(5)
      return client
    },
    async usable() {
      const client = await open()
      client.send('after')
      expect(await client.gets(5)).toBe('after')
    },
  }
}
