/** Which Toxiproxy carries out the faults of a site, if any. */
import { SiteError } from '../../certify-options.ts'
import { findToxiproxy, startToxiproxy, TOXIPROXY_MISSING, type ToxiproxyServer } from '../../link/toxiproxy.ts'
import { missingToxiproxyImage, startToxiproxyContainer } from '../../link/toxiproxy-container.ts'
import { isToxiproxyNamed } from '../../link/toxiproxy-find.ts'
import type { RealOptions } from './lanes.ts'

/** On the site `containers` in one, except where another is named. */
export async function chooseToxiproxy({
  toxiproxy: wish,
  site,
}: Pick<RealOptions, 'toxiproxy' | 'site'>): Promise<ToxiproxyServer | null> {
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
