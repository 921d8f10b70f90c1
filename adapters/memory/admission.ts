/** Leave to handle a message: its time must not be over, nor its id known. The ids are kept by the broker, for all members. */
import type { Message, Site, Subscription } from '../../harness/adapter.ts'
import { type Admission, createSuppress, headerText, type MemberLog, wait } from '../resilience/index.ts'
import type { Client } from './client.ts'

/** Between two tries while somebody else works on the id, or the broker cannot be asked, ms. */
const AGAIN = 20

export function admissionFor(
  site: Site,
  client: Client,
  { consumer, group }: Subscription,
): NonNullable<MemberLog['admit']> {
  const { deduplication, timeToLive, publish } = site.claims
  const limit = { within: publish.timeout }
  const suppress = createSuppress(site, consumer)
  const failed =
    (during: string) =>
    (error: unknown): null => {
      suppress(during, error)
      return null
    }
  const isExpired = (message: Message, storedAt: number | undefined): boolean => {
    const lives = timeToLive && headerText(message, timeToLive.header)
    return lives !== undefined && storedAt !== undefined && Date.now() >= storedAt + Number(lives)
  }

  return async ({ message, position, storedAt }, signal): Promise<Admission> => {
    const id = deduplication && headerText(message, deduplication.header)
    const asked = {
      group,
      messageId: id ?? '',
      holder: `${position.topic}/${position.partition}/${position.offset}`,
    }
    const over = (): boolean => isExpired(message, storedAt)
    const settle = async (succeeded: boolean): Promise<void> => {
      // A claim that cannot be given back ends with its lease.
      if (!succeeded) return void client.request({ do: 'unclaim', ...asked }, limit).catch(() => undefined)
      do {
        const mark = { do: 'mark', ...asked, window: deduplication?.window ?? 0 } as const
        if ((await client.request(mark, limit).catch(failed('marking an id as handled'))) !== null) return
        await wait(AGAIN, signal)
      } while (!signal.aborted)
    }

    while (!signal.aborted) {
      if (over()) return { do: 'pass-over', why: 'expired' }
      if (id === undefined) return { do: 'handle', isExpired: over }
      // While the broker cannot be asked the message waits, as is claimed.
      const answer = await client
        .request({ do: 'claim', ...asked, lease: leaseOf(site) }, limit)
        .catch(failed('claiming an id'))
      if (answer?.verdict === 'known') return { do: 'pass-over', why: 'duplicate' }
      if (answer?.verdict === 'yours') return { do: 'handle', isExpired: over, ended: settle }
      await wait(AGAIN, signal)
    }
    return { do: 'abandon' }
  }
}

/** Long enough for every call of the handler and the waits between them, each call shorter than a session. */
function leaseOf({ claims: { handling, consume } }: Site): number {
  const retries = handling?.retries ?? 0
  return consume.session * (1 + retries) + retries * (handling?.cap ?? 0) * (handling?.jitter.high ?? 0)
}
