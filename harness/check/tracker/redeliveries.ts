/** Why a group receives a message again. The reason happens shortly before, whenever the message first came. */
import { type Excuse, excuseFor } from './causes.ts'
import type { Delivered } from './deliveries.ts'
import type { Ledger } from './ledger.ts'

/** The reason of this further call, if any: see {@link excuseFor}. Ask at the end. */
export const excuseOfAgain = (ledger: Ledger, again: Delivered): Excuse =>
  excuseFor(ledger, again.group, beganToRepeat(ledger, again), again.began.at)

/**
 * A member that was moved or cut off works through everything that it is given again, one message after the other, and may
 * have had one in hand before that: when this began, ms. It does so partition by partition, or for all of them together.
 */
function beganToRepeat(ledger: Ledger, again: Delivered): number {
  const calls = ledger.deliveries.all.filter(({ consumer }) => consumer === again.consumer)
  const { topic, position } = again
  const sameLine = calls.filter((call) => call.topic === topic && call.position?.partition === position?.partition)
  return Math.min(beganIn(ledger, calls, again), beganIn(ledger, sameLine, again))
}

function beganIn({ run, deliveries }: Ledger, calls: readonly Delivered[], again: Delivered): number {
  const isRepeated = (call: Delivered): boolean => call.op !== null && deliveries.of(call.group, call.op)[0] !== call
  const here = calls.indexOf(again)
  const before = calls.slice(0, here).findLastIndex((call) => !isRepeated(call))
  const from = calls[before + 1]?.began.at ?? again.began.at
  const inHand = calls[before]
  const { handling } = run.claims
  // It asks for more at least as often as it gives signs of life, unless it waits for a retry.
  const rest = run.claims.consume.session / 2
  const wait = handling === undefined ? rest : Math.max(rest, handling.cap * handling.jitter.high)
  if (inHand === undefined) return from
  const ended = inHand.handled?.at ?? from
  return ended >= from - wait ? inHand.began.at : from
}
