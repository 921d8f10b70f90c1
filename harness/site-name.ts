/** Where an adapter can be certified. */

/**
 * - `simulated`: inside this process, in virtual time;
 * - `real`: programs that the system starts on this machine;
 * - `containers`: the same in containers, started through Testcontainers;
 * - `remote`: a system that runs already, whose addresses are settings.
 */
export const SITES = ['simulated', 'real', 'containers', 'remote'] as const
export type SiteName = (typeof SITES)[number]

/** What time and sockets are: on every site but the simulated one they are the machine's. */
export type SiteKind = 'simulated' | 'real'

export const kindOf = (site: SiteName): SiteKind => (site === 'simulated' ? 'simulated' : 'real')
