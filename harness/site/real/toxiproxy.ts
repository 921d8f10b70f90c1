/** What carries out the faults of a site's links: Toxiproxy until it keeps failing, and then the taps alone. */

import type { CertifyOptions } from '../../certify-options.ts'
import { messageOf, PassingError, SiteError, UsageError } from '../../errors.ts'
import { findToxiproxy, startToxiproxy, TOXIPROXY_MISSING, type ToxiproxyServer } from '../../link/toxiproxy.ts'
import { missingToxiproxyImage, startToxiproxyContainer } from '../../link/toxiproxy-container.ts'
import { isToxiproxyNamed } from '../../link/toxiproxy-find.ts'
import { leave } from '../../process/disposables.ts'
import type { SiteName } from '../../site-name.ts'

export interface ToxiproxyChoice {
  readonly site: Exclude<SiteName, 'simulated'>
  readonly toxiproxy: NonNullable<CertifyOptions['toxiproxy']>
}

export interface Replacing {
  /** In one sentence. */
  readonly why: string
  /** The run that is to be made next. */
  readonly run: number
  /** Nothing more is tried for this run after that. */
  readonly isLast: boolean
}

export interface FaultCarrier extends AsyncDisposable {
  /** Null: the taps carry out every fault by themselves. */
  toxiproxy(): ToxiproxyServer | null
  /**
   * Ends the server that failed, where it is ours, and starts another or connects to it again; the taps take over where that
   * does not help. Does nothing where it was replaced already. Rejects where Toxiproxy is required and cannot be had.
   */
  replace(failed: ToxiproxyServer, replacing: Replacing): Promise<void>
  /** For the certificate. */
  links(): string
}

/** Servers that are replaced before Toxiproxy is given up. */
const MOST_REPLACED = 3

/** On the site `containers` in one, except where another is named. */
export async function startFaultCarrier(choice: ToxiproxyChoice): Promise<FaultCarrier> {
  const contained = choice.site === 'containers' && !isToxiproxyNamed()
  return carrierOver(choice.toxiproxy, {
    missing: async () => {
      if (choice.toxiproxy === 'off') return 'it is turned off'
      if (contained) return await missingToxiproxyImage()
      return (await findToxiproxy()) === null ? TOXIPROXY_MISSING : null
    },
    start: contained ? startToxiproxyContainer : startToxiproxy,
    // What the user says to be there must be there when the runs begin.
    isNamed: contained || isToxiproxyNamed(),
  })
}

export interface Source {
  /** In one sentence, why there is none; null where there is one. */
  missing(): Promise<string | null>
  start(): Promise<ToxiproxyServer>
  readonly isNamed: boolean
}

export async function carrierOver(wish: ToxiproxyChoice['toxiproxy'], source: Source): Promise<FaultCarrier> {
  let links = 'tap only, without Toxiproxy'
  let current: ToxiproxyServer | null = null
  let replacing: Promise<void> | null = null
  let replaced = 0

  const use = (server: ToxiproxyServer): void => {
    current = server
    links = `tap and Toxiproxy ${server.version}`
  }
  const takeOver = (failed: ToxiproxyServer, { why, run }: Pick<Replacing, 'why' | 'run'>): void => {
    current = null
    links = `tap and Toxiproxy ${failed.version}; only the tap from run ${run} on, because Toxiproxy kept failing: ${why}`
  }
  const renew = async (failed: ToxiproxyServer, { why, run, isLast }: Replacing): Promise<void> => {
    await leave(failed, null)
    replaced += 1
    if (wish !== 'required' && (isLast || replaced > MOST_REPLACED)) return takeOver(failed, { why, run })
    try {
      use(await source.start())
    } catch (error) {
      if (wish === 'required' || !(error instanceof SiteError)) throw error
      takeOver(failed, { why: messageOf(error), run })
    }
  }

  const missing = await source.missing()
  if (missing !== null && wish === 'required') throw new UsageError(missing)
  if (missing === null) {
    try {
      use(await source.start())
    } catch (error) {
      if (wish === 'required' || source.isNamed || !(error instanceof PassingError)) throw error
      links = `tap only, because Toxiproxy did not start: ${error.message}`
    }
  }
  return {
    toxiproxy: () => current,
    links: () => links,
    async replace(failed, how) {
      if (failed !== current) return
      replacing ??= renew(failed, how).finally(() => {
        replacing = null
      })
      await replacing
    },
    [Symbol.asyncDispose]: async () => await current?.[Symbol.asyncDispose](),
  }
}
