/** The bus as busproof sees it. The client retries and manages groups; this file adapts its calls and declares the claims. */
import { type Bus, type BusAdapter, type Site, settable } from 'busproof'
import { connect, messages, runsOn } from './my-bus-client.mjs'
import { CODES, closed, failed, refuseBadInput, settle } from './my-bus-contract.mjs'

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages,
  publish: { timeout: settable(1_000, 400, 60_000), deadline: settable(5_000, 4_000, 60_000) },
  consume: { session: settable(10_000, 1_000, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(5_000, 4_000, 60_000) },
  recovery: { deadline: settable(30_000, 15_000, 60_000) },
  errors: { codes: CODES },
}

async function open(site: Site): Promise<Bus> {
  const { publish } = site.claims
  const client = connect(site)
  const closing = new AbortController()
  return {
    async publish(message, { signal }) {
      if (closing.signal.aborted) throw closed()
      refuseBadInput(message, messages.maxBytes)
      const send = (given: AbortSignal) => client.send(message, given)
      const position = await settle(send, publish.deadline, signal, closing.signal)
      return { status: 'acknowledged', position }
    },
    async subscribe(subscription, handle) {
      if (closing.signal.aborted) throw closed()
      const leave = await client.consume(subscription, handle).catch((cause) => Promise.reject(failed(cause)))
      return { close: leave }
    },
    close() {
      closing.abort()
      return client.close()
    },
  }
}

export default { name: 'my-bus', ...runsOn, claims, open } satisfies BusAdapter
