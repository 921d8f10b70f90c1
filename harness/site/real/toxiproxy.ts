/** Which Toxiproxy carries out the faults of a site, if any. */

import type { CertifyOptions } from '../../certify-options.ts'
import { SiteError } from '../../certify-options.ts'
import { findToxiproxy, startToxiproxy, TOXIPROXY_MISSING, type ToxiproxyServer } from '../../link/toxiproxy.ts'
import { missingToxiproxyImage, startToxiproxyContainer } from '../../link/toxiproxy-container.ts'
import { isToxiproxyNamed } from '../../link/toxiproxy-find.ts'
import type { SiteName } from '../site-name.ts'

export interface ToxiproxyChoice {
  readonly site: Exclude<SiteName, 'simulated'>
  readonly toxiproxy: NonNullable<CertifyOptions['toxiproxy']>
}

/** On the site `containers` in one, except where another is named. */
export async function chooseToxiproxy({ toxiproxy: wish, site }: ToxiproxyChoice): Promise<ToxiproxyServer | null> {
  if (wish === 'off') return null
  const contained = site === 'containers' && !isToxiproxyNamed()
  const missing = contained
    ? await missingToxiproxyImage()
    : (await findToxiproxy()) === null
      ? TOXIPROXY_MISSING
      : null
  if (missing === null) return contained ? await startToxiproxyContainer() : await startToxiproxy()
  if (wish === 'required') throw new SiteError(missing)
  return null
}
