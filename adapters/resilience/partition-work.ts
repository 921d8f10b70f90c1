/**
 * Works on one partition: messages of one ordering key one after another, those of different keys at the same time. Everything before
 * the first message that is not done is committed, in one request at a time, while the next messages are handled.
 */
import type { ReceivedRecord } from './records.ts'
import { firstToAbort } from './wait.ts'

/** So many messages may be done and not committed before the next one waits: all of them come again if the commits fail for good. */
const MOST_BEHIND = 64

export interface PartitionParts {
  /** Empty when nothing came, or the signal aborted. */
  fetch(from: number, signal: AbortSignal): Promise<readonly ReceivedRecord[]>
  /** Handles one message to its end. */
  settle(record: ReceivedRecord, signal: AbortSignal): Promise<'settled' | 'abandoned'>
  /** False when the partition is lost. */
  commit(next: number): Promise<boolean>
  /** Messages with one ordering key are handled one after another; null for none. */
  orderingKeyOf(record: ReceivedRecord): string | null
  /** More are fetched when fewer than this are in progress, including those that wait for their key. */
  readonly mostInHand: number
}

/** Resolves once the signal has aborted, or the partition is lost, and nothing is in progress. */
export async function workOnPartition(parts: PartitionParts, from: number, signal: AbortSignal): Promise<void> {
  const ending = new AbortController()
  using either = firstToAbort(signal, ending.signal)
  const stop = either.signal
  /** Offsets that are not done, in order, with their work. */
  const inHand = new Map<number, Promise<void>>()
  /** The last work for each ordering key. */
  const last = new Map<string, Promise<void>>()
  let next = from
  let committed = from
  let committing = Promise.resolve()
  /** Messages that are done, and whose commit has not been answered. */
  let behind = 0
  let isLost = false
  /** Called when a message is done with. */
  let wake = (): void => undefined

  const commitWhatIsDone = async (): Promise<void> => {
    const [firstOpen = next] = inHand.keys()
    if (firstOpen <= committed || isLost) return
    isLost = !(await parts.commit(firstOpen))
    if (isLost) ending.abort()
    else committed = firstOpen
  }

  const work = async (record: ReceivedRecord, before: Promise<void> | undefined): Promise<void> => {
    await before
    if (behind >= MOST_BEHIND) await committing
    if (stop.aborted || (await parts.settle(record, stop)) === 'abandoned') return ending.abort()
    inHand.delete(record.position.offset)
    behind += 1
    committing = committing.then(commitWhatIsDone).finally(() => {
      behind -= 1
    })
  }

  const begin = (record: ReceivedRecord): void => {
    const key = parts.orderingKeyOf(record)
    const working = work(record, key === null ? undefined : last.get(key))
    inHand.set(record.position.offset, working)
    next = record.position.offset + 1
    if (key !== null) last.set(key, working)
    void working.then(() => {
      if (key !== null && last.get(key) === working) last.delete(key)
      wake()
    })
  }

  while (!stop.aborted) {
    if (inHand.size >= parts.mostInHand) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    } else for (const record of await parts.fetch(next, stop)) begin(record)
  }
  await Promise.all(inHand.values())
  await committing
}
