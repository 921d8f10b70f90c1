/** Calls to Toxiproxy's control API, each with a deadline. */
import type { ICreateToxicBody, Toxiproxy } from 'toxiproxy-node-client'
import { messageOf, PassingError } from '../errors.ts'
import type { Direction } from '../faults.ts'

/** Toxiproxy failed a call, or did not answer it in time. Another server, or none, may do better. */
export class ToxiproxyError extends PassingError {
  override readonly name = 'ToxiproxyError'
}

/** A toxic's type and attributes, in Toxiproxy's words. */
export interface ToxicSpec {
  readonly type: ICreateToxicBody<unknown>['type']
  readonly direction: Direction
  readonly attributes: Readonly<Record<string, number>>
}

/** A control call that takes longer is a failure, ms. A wedged proxy can block the whole control API. */
const CALL_DEADLINE = 3_000

/** Runs a control call. Rejects with {@link ToxiproxyError} when it fails or is not back in time. */
export async function control<T>(what: string, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CALL_DEADLINE} ms`)), CALL_DEADLINE)
  })
  try {
    return await Promise.race([call(), late])
  } catch (error) {
    throw new ToxiproxyError(`Toxiproxy: cannot ${what}: ${messageOf(error)}`, {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}

/** Older servers answer with the bare version, newer ones with `{"version": "…"}`. */
export async function versionOf(client: Toxiproxy): Promise<string> {
  const answer = await control('ask for the version', () => client.getVersion())
  return /\d+\.\d+\.\d+/.exec(answer)?.[0] ?? answer.trim()
}
