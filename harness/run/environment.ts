/** A site made ready for one run: links, hosts, witness. What the director works on, the same simulated or real. */
import type { Position, Role } from '../adapter.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from '../history/header.ts'
import type { Host, NodeConfig } from '../host/host.ts'
import type { ActiveFault, Link } from '../link/link.ts'
import type { Plan, PlannedOutage } from '../plan/plan.ts'

export interface RunEnvironment extends AsyncDisposable {
  readonly links: Readonly<Record<Role, Link>>
  /** Everything of a node's configuration that the site knows; the director adds the rest. */
  readonly config: Pick<NodeConfig, 'prefix' | 'credentials' | 'canaries' | 'addresses' | 'epoch' | 'weighs'>
  /** Begins an outage of one of the system's processes; null where it has none that can be stopped. */
  outage(outage: PlannedOutage): Promise<ActiveFault | null>
  /** Has the system store a record with these bytes that the adapter's codec cannot read; null where it cannot. */
  poison(topic: string, value: Uint8Array): Promise<Position | null>
  /** From now on, when something goes through the links is kept as evidence, or is not. */
  keepFlows(kept: boolean): void
  /**
   * Has the system drop what it stores of a topic, and of groups without members, where that takes memory of the hosts. False
   * where it should and cannot.
   */
  forget(topic: string): boolean
  /** ms since the run began. */
  now(): number
  /** The host of a node, started when first asked for. */
  host(node: string): Promise<Host>
  /** Records the resources that nothing but the system or the site as a whole can count. */
  census(when: 'baseline' | 'after'): Promise<void>
  /** Records what a witness of the kind `after` reads at the end; a live one has already said it. */
  readWitness(): Promise<void>
}

/** How a site makes its environment for a run; `record` takes the events that do not come from a host. */
export type PrepareEnvironment = (run: {
  readonly header: RunHeader
  readonly plan: Plan
  readonly claims: ResolvedClaims
  readonly record: (event: Event) => void
}) => Promise<RunEnvironment>
