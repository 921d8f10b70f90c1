/** A link over real sockets: a tap, and Toxiproxy behind it where its server runs. */
import type { Role } from '../adapter.ts'
import type { Direction } from '../faults.ts'
import { LOOPBACK } from '../process/loopback.ts'
import type { Endpoint } from '../system-contract.ts'
import type { Link } from './link.ts'
import type { StreamFault } from './stream-fault.ts'
import { createTap, type Tap, type TapCounts } from './tap.ts'
import type { ToxiproxyServer } from './toxiproxy.ts'
import { ToxiproxyFaults } from './toxiproxy-faults.ts'

export interface RealLink extends Link {
  /** Where the adapter is to connect; the same for the link's whole life. */
  readonly address: Endpoint
  /** What the tap that faces the adapter has carried so far. */
  counts(): TapCounts
  /** Rejects with ToxiproxyError where Toxiproxy does not carry it any more: what a run over it has shown is worth nothing. */
  check(): Promise<void>
  /** Lets a watcher see the bytes of one direction as they arrive at the side of the clients, before faults that begin later. */
  watch(direction: Direction, watcher: StreamFault): void
}

export interface RealLinkOptions {
  readonly role: Role
  /** The system's own address. */
  readonly target: Endpoint
  /** Null: the tap carries out every fault by itself. */
  readonly toxiproxy: ToxiproxyServer | null
  /** Where the adapter is to connect; default: anywhere on loopback. */
  readonly at?: Endpoint | undefined
}

/** Makes a link. Rejects with PassingError when its ports cannot be had, or Toxiproxy does not make the proxy. */
export async function createRealLink(options: RealLinkOptions): Promise<RealLink> {
  return options.toxiproxy === null ? await tapAlone(options) : await behindTap(options, options.toxiproxy)
}

function linkOver(
  role: Role,
  front: Tap,
  rest: Pick<RealLink, 'apply' | 'check' | typeof Symbol.asyncDispose>,
): RealLink {
  return {
    role,
    address: { host: LOOPBACK, port: front.port },
    counts: () => front.counts(),
    connections: () => front.connections(),
    watch: (direction, watcher) => void front.add(direction, watcher),
    apply: rest.apply,
    check: rest.check,
    [Symbol.asyncDispose]: rest[Symbol.asyncDispose],
  }
}

async function tapAlone({ role, target, at }: RealLinkOptions): Promise<RealLink> {
  const tap = await createTap(target, at)
  return linkOver(role, tap, {
    apply: (fault) => tap.begin(fault),
    check: async () => undefined,
    [Symbol.asyncDispose]: () => tap[Symbol.asyncDispose](),
  })
}

/** adapter → front tap → Toxiproxy → back tap → system: what the two taps counted differently is what a fault did. */
async function behindTap({ role, target, at }: RealLinkOptions, toxiproxy: ToxiproxyServer): Promise<RealLink> {
  const made: AsyncDisposable[] = []
  /** In reverse order, each one even where another fails. */
  const dispose = async (): Promise<void> => {
    const part = made.pop()
    if (part === undefined) return
    try {
      await part[Symbol.asyncDispose]()
    } finally {
      await dispose()
    }
  }
  const keep = <T extends AsyncDisposable>(part: T): T => {
    made.push(part)
    return part
  }
  try {
    const back = keep(await createTap(target))
    const proxy = keep(await toxiproxy.proxy({ host: LOOPBACK, port: back.port }))
    const front = keep(await createTap({ host: LOOPBACK, port: proxy.port }, at))
    const faults = new ToxiproxyFaults(front, proxy, back)
    return linkOver(role, front, {
      apply: (fault) => faults.apply(fault),
      check: () => proxy.check(),
      [Symbol.asyncDispose]: async () => {
        // A proxy that still has a slow toxic at work would wait for what it holds back.
        back.resetAll()
        await dispose()
      },
    })
  } catch (error) {
    // What made it fail is what counts.
    await dispose().catch(() => undefined)
    throw error
  }
}
