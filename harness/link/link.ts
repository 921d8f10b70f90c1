/** A link stands between the adapter and one role's address, and carries out faults; one vocabulary, simulated or real. */
import type { Role } from '../adapter.ts'
import type { Landed } from '../events/system.ts'
import type { PlannedFault } from '../plan/plan.ts'

export interface Link extends AsyncDisposable {
  readonly role: Role
  /** Begins the fault; several may be active at once. Rejects only when the link itself cannot do it: a harness error. */
  apply(fault: PlannedFault): Promise<ActiveFault>
  /** Connections that clients hold through it just now. */
  connections(): number
}

export interface ActiveFault {
  /**
   * Ends the fault and resolves with what it affected. Connections that lost bytes are reset, because a stream with a hole must
   * not continue.
   */
  heal(): Promise<Landed>
}
