import { ROLES, type Role } from '../../adapter.ts'
import { hasLanded, isDiskLoss } from '../../events/system.ts'
import { keepsBack } from '../../faults.ts'
import type { Event, EventOf } from '../event.ts'
import type { Moment } from './moment.ts'
import { createSpans, type Spans } from './spans.ts'

export interface Faults {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** Whether a fault of the role, landed or not, was active at some moment of `[from, to]`. Ask at the end. */
  active(role: Role, from: number, to: number): boolean
  /** The same of any role. */
  touched(from: number, to: number): boolean
  /** The same for faults that touched something; known once they are healed. */
  landed(role: Role, from: number, to: number): boolean
  /** The same for those that may be the reason of something: they landed, struck the system itself, or never ended. */
  struck(role: Role, from: number, to: number): boolean
  /** The same for those of which bytes may arrive late; all others lose what they hold back. */
  keptBack(role: Role, from: number, to: number): boolean
  /** Faults that began at all. */
  count(): number
  /** Whether the wall clock was stepped: times read from it mean nothing afterwards. */
  clockStepped(): boolean
  /**
   * When the system last came back without what it had stored; never where it has not come back since; null where it has
   * lost nothing. From then on what was published before says nothing of the bus.
   */
  diskLost(): Moment | null
  /** When the last one was healed; null when none was. */
  lastHealed(): number | null
}

const NEVER: Moment = { at: Number.POSITIVE_INFINITY, seq: Number.POSITIVE_INFINITY }

type ByRole = Readonly<Record<Role, Spans>>
const byRole = (): ByRole => ({ publish: createSpans(), consume: createSpans(), 'dead-letter': createSpans() })

/** A fault of a server affects every role; a step of the wall clock affects none. */
const rolesOf = ({ role, kind }: Pick<EventOf<'fault'>, 'role' | 'kind'>): readonly Role[] => {
  if (kind === 'clock-step') return []
  return role === 'system' ? ROLES : [role]
}

export function createFaults(): Faults {
  const active = byRole()
  const keeping = byRole()
  /** In the order in which they were healed; `[from, to]` of each that landed. */
  const landed: Record<Role, { readonly from: number; readonly to: number }[]> = {
    publish: [],
    consume: [],
    'dead-letter': [],
  }
  const open = new Map<
    number,
    { readonly from: number; readonly roles: readonly Role[]; readonly ends: readonly ((at: number) => void)[] }
  >()
  const system = createSpans()
  let count = 0
  let lastHealed: number | null = null
  let clockStepped = false
  let diskLost: Moment | null = null

  return {
    takes: ['fault', 'healed'],
    step(event, moment) {
      if (event.type === 'fault') {
        count += 1
        if (event.kind === 'clock-step') clockStepped = true
        if (isDiskLoss(event)) diskLost = NEVER
        const roles = rolesOf(event)
        const ends = roles.map((role) => active[role].begin(event.at))
        if (keepsBack(event.kind)) for (const role of roles) ends.push(keeping[role].begin(event.at))
        if (event.role === 'system' && roles.length > 0) ends.push(system.begin(event.at))
        open.set(event.fault, { from: event.at, roles, ends })
      } else if (event.type === 'healed') {
        const fault = open.get(event.fault)
        open.delete(event.fault)
        for (const end of fault?.ends ?? []) end(event.at)
        lastHealed = event.at
        if (event.kind === 'lose-disk') diskLost = moment
        if (fault === undefined || !hasLanded(event.landed)) return
        for (const role of fault.roles) landed[role].push({ from: fault.from, to: event.at })
      }
    },
    active: (role, from, to) => active[role].touch(from, to),
    touched: (from, to) => ROLES.some((role) => active[role].touch(from, to)),
    keptBack: (role, from, to) => keeping[role].touch(from, to),
    landed: (role, from, to) => landed[role].some((span) => span.from <= to && span.to >= from),
    struck: (role, from, to) =>
      landed[role].some((span) => span.from <= to && span.to >= from) ||
      system.touch(from, to) ||
      [...open.values()].some((fault) => fault.roles.includes(role) && fault.from <= to),
    clockStepped: () => clockStepped,
    diskLost: () => diskLost,
    count: () => count,
    lastHealed: () => lastHealed,
  }
}
