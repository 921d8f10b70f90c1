/** Several senders as one, since each waits for an answer before it sends the next message. */
import type { Message, Role, Site } from '../../harness/adapter.ts'
import { createSender, type Sender } from './producer.ts'

/** So many messages may be under way at once. */
const AT_ONCE = 4

/** Messages of one key go through the same sender, so that they stay in order; those without a key take turns. */
export function createSenders(
  site: Site,
  role: Role,
  create: (site: Site, role: Role) => Sender = createSender,
): Sender {
  const first = create(site, role)
  /** The others are made when a message needs them. */
  const senders = new Map([[0, first]])
  let turn = 0
  let closed = false
  const senderOf = ({ key }: Message): Sender => {
    // It is closed too, and says so.
    if (closed) return first
    const place = (key === null ? turn++ : hashOf(key)) % AT_ONCE
    const sender = senders.get(place) ?? create(site, role)
    senders.set(place, sender)
    return sender
  }
  return {
    send: (message, signal) => senderOf(message).send(message, signal),
    warmUp: () => first.warmUp(),
    async close() {
      closed = true
      await Promise.all([...senders.values()].map((sender) => sender.close()))
    },
  }
}

/** FNV-1a: spreads keys that differ little. */
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
