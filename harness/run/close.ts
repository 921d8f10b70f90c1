import type { ResolvedClaims } from '../claims.ts'
import type { Host } from '../host/host.ts'
import { settleWithin, sleep } from '../waiting.ts'

/** Beyond the claimed bound of a close, how long it is waited for before it is left hanging, ms. */
export const CLOSE_MARGIN = 500
/** What a close leaves behind may still end by itself, ms. */
const CALM = 20

/** Closes the bus of a process that stays, which then reports the resources that it still holds. */
export async function closeAndCount(host: Host, { close }: ResolvedClaims): Promise<void> {
  const within = close.deadline + CLOSE_MARGIN
  await settleWithin([host.send({ do: 'close', calls: 1, within })], within)
  await sleep(CALM)
  await host.send({ do: 'resources', when: 'after' })
}
