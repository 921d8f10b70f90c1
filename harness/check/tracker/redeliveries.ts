/** Why a group receives a message again. The reason happens shortly before, whenever the message first came. */
import { type Excuse, excuseFor } from './causes.ts'
import type { Delivered } from './deliveries.ts'
import type { Ledger } from './ledger.ts'

/** The reason of this further call, if any: see {@link excuseFor}. Ask at the end. */
export const excuseOfAgain = (ledger: Ledger, again: Delivered): Excuse =>
  excuseFor(ledger, again.group, beganToRepeat(ledger, again), again.began.at)

/**
 * A member that was moved or cut off works through everything that it is given again, one message after the other, between messages of
 * other partitions, and may have had one in hand before that: when this began, ms. While its handlers work it does nothing else;
 * besides, it rests for no longer than a wait for a retry, or than it takes between two signs of life.
 */
function beganToRepeat({ run, deliveries }: Ledger, again: Delivered): number {
  const isRepeated = (call: Delivered): boolean => call.op !== null && deliveries.of(call.group, call.op)[0] !== call
  const isOfMember = ({ consumer }: Delivered): boolean => consumer === again.consumer
  const endOf = ({ handled }: Delivered): number => Math.min(handled?.at ?? again.began.at, again.began.at)
  const isSameLine = (call: Delivered): boolean =>
    call.topic === again.topic && call.position?.partition === again.position?.partition
  const before = deliveries.all.slice(0, deliveries.all.indexOf(again)).filter(isOfMember)
  // The latest end first: a handler that began earlier may have kept its member busy for longer.
  const calls = before.toSorted((one, other) => endOf(other) - endOf(one))
  const { handling } = run.claims
  const wait = handling === undefined ? 0 : handling.cap * handling.jitter.high
  let rest = Math.max(wait, run.claims.consume.session / 2)
  let from = again.began.at
  let onlyRepeated = true
  for (const call of calls) {
    if (isRepeated(call) && (onlyRepeated || isSameLine(call))) {
      from = Math.min(from, call.began.at)
      continue
    }
    const idle = Math.max(0, from - endOf(call))
    if (idle <= rest) {
      rest -= idle
      from = Math.min(from, call.began.at)
    }
    if (isRepeated(call)) continue
    if (isSameLine(call)) break
    onlyRepeated = false
  }
  return from
}
