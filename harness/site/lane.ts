/** A lane runs one plan after the other; several lanes run side by side. */

import type { Certificate } from '../certificate/certificate.ts'
import type { OutageKind } from '../faults.ts'
import type { Lacks } from '../lacks.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import type { Execute } from '../run/outcome.ts'

export interface Lane extends AsyncDisposable {
  readonly execute: Execute
}

/** The lanes of a site, and what its certificate says of it. */
export interface Lanes extends AsyncDisposable {
  readonly adapter: AdapterFacts
  readonly lanes: readonly Lane[]
  /** What the system lacks: what a plan holds of it is left out of the run. */
  readonly lacks: Lacks
  /** What can happen to the system's servers. */
  readonly outages: readonly OutageKind[]
  /** The number of servers that the system was started with. */
  readonly servers: number
  /** One sentence for each run that was repeated because the site had spoilt it. */
  readonly madeAgain: readonly string[]
  /** As it is by now: Toxiproxy may have been given up meanwhile. */
  readonly about: Pick<Certificate, 'links' | 'witness' | 'host'> & { readonly server: string }
}

/** What a certificate says of the links and the server of a bus that lives inside one process. */
export const NO_NETWORK = {
  links: 'none, the bus crosses no network',
  server: 'none, the bus lives in its process',
} as const
