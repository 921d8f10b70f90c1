/** A lane runs one plan after the other; several lanes run side by side. */

import type { Certificate } from '../certificate/certificate.ts'
import type { OutageKind } from '../faults.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import type { Execute } from '../run/outcome.ts'

export interface Lane extends AsyncDisposable {
  readonly execute: Execute
}

/** The lanes of a site, and what its certificate says of it. */
export interface Lanes extends AsyncDisposable {
  readonly adapter: AdapterFacts
  readonly lanes: readonly Lane[]
  /** What can happen to the system's own processes. */
  readonly outages: readonly OutageKind[]
  /** Nodes that the system was started with. */
  readonly nodes: number
  /** One sentence for each time that a run was made again because the site had spoilt it. */
  readonly madeAgain: readonly string[]
  /** As it is by now: Toxiproxy may have been given up meanwhile. */
  readonly about: Pick<Certificate, 'links' | 'witness' | 'host'> & { readonly server: string }
}
