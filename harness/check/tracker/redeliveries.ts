/** Why a group receives a message again. The reason happens shortly before, whenever the message first came. */
import type { RunHeader } from '../../history/header.ts'
import { type Excuse, excuseFor } from './causes.ts'
import type { Delivered } from './deliveries.ts'
import type { Ledger } from './ledger.ts'

/** The reason of this further call, if any: see {@link excuseFor}. Ask at the end. */
export function excuseOfAgain(ledger: Ledger, again: Delivered): Excuse {
  const letGo = formerLetGo(ledger, again, beganToRepeat(ledger, again))
  // Behind a breaker it also waits for whatever happened while that was open.
  const from = Math.min(letGo, ledger.subscriptions.heldFrom(again))
  return excuseFor(ledger, again.group, from, again.began.at)
}

/**
 * A member that was moved or cut off works through everything that it is given again, one message after the other, between messages of
 * other partitions, and may have had one in hand before that: when this began, ms. While its handlers work it does nothing else;
 * besides, it rests for no longer than {@link restIn}.
 */
function beganToRepeat({ run, deliveries }: Ledger, again: Delivered): number {
  const isRepeated = (call: Delivered): boolean => call.op !== null && deliveries.of(call.group, call.op)[0] !== call
  const isOfMember = ({ consumer }: Delivered): boolean => consumer === again.consumer
  const before = deliveries.all.slice(0, deliveries.all.indexOf(again)).filter(isOfMember)
  let rest = restIn(run)
  let from = again.began.at
  let onlyRepeated = true
  for (const call of latestEndFirst(before, again)) {
    if (isRepeated(call) && (onlyRepeated || isSameLine(call, again))) {
      from = Math.min(from, call.began.at)
      continue
    }
    const idle = Math.max(0, from - endOf(call, again))
    if (idle <= rest) {
      rest -= idle
      from = Math.min(from, call.began.at)
    }
    if (isRepeated(call)) continue
    if (isSameLine(call, again)) break
    onlyRepeated = false
  }
  return from
}

/**
 * What a member was given at `at` changes hands once the member before it lets go, and that one does nothing else while its handlers
 * work: `at`, earlier by as long as they worked one after the other, ms.
 */
function formerLetGo({ run, deliveries }: Ledger, again: Delivered, at: number): number {
  const before = deliveries.all.filter(({ group, began }) => group === again.group && began.at < at)
  const last = before.findLast((call) => isSameLine(call, again))
  if (last === undefined || last.consumer === again.consumer) return at
  const ofFormer = before.filter(({ consumer }) => consumer === last.consumer)
  let rest = restIn(run)
  let from = at
  let busy = 0
  for (const call of latestEndFirst(ofFormer, again)) {
    const end = Math.min(from, endOf(call, again))
    rest -= from - end
    if (rest < 0) break
    busy += Math.max(0, end - call.began.at)
    from = Math.min(end, call.began.at)
  }
  return at - busy
}

const endOf = ({ handled }: Delivered, { began }: Delivered): number => Math.min(handled?.at ?? began.at, began.at)

/** A handler that began earlier may have kept its member busy for longer. */
const latestEndFirst = (calls: readonly Delivered[], until: Delivered): readonly Delivered[] =>
  calls.toSorted((one, other) => endOf(other, until) - endOf(one, until))

const isSameLine = (one: Delivered, other: Delivered): boolean =>
  one.topic === other.topic && one.position?.partition === other.position?.partition

/** How long a member rests between handlers: no longer than a wait for a retry, or than it takes between two signs of life, ms. */
function restIn({ claims: { handling, consume } }: RunHeader): number {
  const wait = handling === undefined ? 0 : handling.cap * handling.jitter.high
  return Math.max(wait, consume.session / 2)
}
