/** Names the owners of resources that a process still holds, if they are known. */
import { Socket } from 'node:net'
import { ROLES } from '../adapter.ts'
import type { Redact } from '../history/seen-error.ts'
import type { Counts } from './census.ts'
import type { NodeConfig } from './host.ts'
import { redactAll } from './material.ts'
import type { Signals } from './signals.ts'

/** By kind of resource, one text for each that is held. */
export type OwnersByKind = Readonly<Record<string, readonly string[]>>

export interface Owners {
  /** What is there now needs no owner. */
  mark(): void
  /** Resources that are new since then, if they can be distinguished. */
  found(config: Pick<NodeConfig, 'addresses'>): OwnersByKind
}

export function createProcessOwners(): Owners {
  const listeners = createListenerOwners()
  return {
    mark: listeners.mark,
    found: (config) => ({ 'process listeners': listeners.found(), sockets: sockets(config) }),
  }
}

const LONGEST = 100

/** The event that each listener of this process waits for, and how it begins. */
export function createListenerOwners(): { mark(): void; found(): readonly string[] } {
  let known = new Set<unknown>()
  const all = (): { event: string; listener: unknown }[] =>
    process
      .eventNames()
      .flatMap((event) => process.rawListeners(event).map((listener) => ({ event: String(event), listener })))
  return {
    mark() {
      known = new Set(all().map(({ listener }) => listener))
    },
    found: () =>
      all()
        .filter(({ listener }) => !known.has(listener))
        .map(({ event, listener }) => `of ${event}: ${String(listener).replaceAll(/\s+/g, ' ').slice(0, LONGEST)}`),
  }
}

/** Open sockets by the role whose link they lead to. */
function sockets(config: Pick<NodeConfig, 'addresses'>): readonly string[] {
  return activeHandles().flatMap((handle) => {
    if (!(handle instanceof Socket) || handle.remotePort === undefined) return []
    const role = ROLES.find((one) => config.addresses[one]?.some(({ port }) => port === handle.remotePort))
    return [role === undefined ? `to ${handle.remoteAddress}:${handle.remotePort}` : `to the ${role} link`]
  })
}

/** Node reports it nowhere else; if a later Node stops reporting it, owners stay unnamed. */
function activeHandles(): readonly unknown[] {
  const tell: unknown = Reflect.get(process, '_getActiveHandles')
  const handles: unknown = typeof tell === 'function' ? tell.call(process) : []
  return Array.isArray(handles) ? handles : []
}

/** Node's own frames, and those of the harness, say nothing about who set a timer. */
const FOREIGN = /node:|\/node_modules\/tsx\/|\/harness\/(?:host|run|site)\//

/** The first place outside Node and the harness on the way to where this was made. */
export function placeOf(origin: Error): string {
  const frames = (origin.stack ?? '').split('\n').filter((line) => line.trim().startsWith('at '))
  const own = frames.find((line) => !FOREIGN.test(line)) ?? frames.at(-1)
  // The file's name is enough, and the same on every machine.
  const place = (own?.trim() ?? 'at an unknown place').replace(/(?:file:\/\/)?\/[^\s()]*\/([^/\s()]+\/[^/\s()]+)/, '$1')
  return `set ${place}`
}

/** Only the kinds with more resources than before. */
export const ofMore = (owners: OwnersByKind, counts: Counts, before: Counts): OwnersByKind =>
  Object.fromEntries(
    Object.entries(owners).filter(([kind, texts]) => texts.length > 0 && (counts[kind] ?? 0) > (before[kind] ?? 0)),
  )

/** What is held now, and of what is more than at the baseline, whose it is. */
export function heldNow(
  { census, owners }: { readonly census: () => Counts; readonly owners: Owners },
  of: {
    readonly config: NodeConfig
    readonly baseline: Counts
    readonly redact: Redact
    readonly signals: Pick<Signals, 'listeners'>
  },
): { readonly counts: Counts; readonly owners?: OwnersByKind } {
  const counts = { ...census(), 'listeners on signals': of.signals.listeners() }
  const found = redactAll(ofMore(owners.found(of.config), counts, of.baseline), of.redact)
  return { counts, ...(Object.keys(found).length === 0 ? {} : { owners: found }) }
}
