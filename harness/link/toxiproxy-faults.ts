/** Faults that Toxiproxy carries out between two taps, which prove what it did by what they counted. */

import type { Landed } from '../events/system.ts'
import type { Direction } from '../faults.ts'
import type { PlannedFault } from '../plan/plan.ts'
import type { ActiveFault } from './link.ts'
import type { Tap } from './tap.ts'
import { endsBecomeResets, endsHeldBack, heldBack, type Proof, sliced } from './tap-proof.ts'
import type { ToxiproxyProxy } from './toxiproxy.ts'

export class ToxiproxyFaults {
  readonly #front: Tap
  readonly #proxy: ToxiproxyProxy
  readonly #back: Tap
  #refusals = 0

  constructor(front: Tap, proxy: ToxiproxyProxy, back: Tap) {
    this.#front = front
    this.#proxy = proxy
    this.#back = back
  }

  /** Begins a fault. Rejects with SiteError if Toxiproxy does not obey. */
  async apply(fault: PlannedFault): Promise<ActiveFault> {
    const { kind, direction, amount } = fault
    switch (kind) {
      case 'refuse':
        return await this.#refuse()
      case 'reset':
        return await this.#reset()
      case 'black-hole':
        return await this.#blackHole(direction)
      case 'cut':
        return await this.#cut(direction, amount)
      case 'latency':
        return await this.#slow(direction, { latency: amount, jitter: 0 }, 'latency', () => amount)
      case 'bandwidth':
        return await this.#slow(
          direction,
          { rate: kilobytes(amount) },
          'bandwidth',
          (bytes) => bytes / kilobytes(amount),
        )
      case 'slow-close':
        return healing(
          endsHeldBack(this.#sides(direction), amount),
          await this.#add('slow_close', direction, { delay: amount }),
        )
      case 'slice': {
        const size = Math.max(1, amount)
        const proof = sliced(this.#sides(direction), size)
        const remove = await this.#add('slicer', direction, {
          average_size: size,
          size_variation: 0,
          delay: SLICE_PAUSE,
        })
        return healing(proof, remove)
      }
    }
  }

  /** The tap's listener is gone, so that a connect is refused; the proxy behind it is disabled too. */
  async #refuse(): Promise<ActiveFault> {
    const fault = await this.#front.begin({ kind: 'refuse', direction: 'up', amount: 0 })
    if (this.#refusals++ === 0) await this.#proxy.enable(false)
    return {
      heal: async () => {
        if (--this.#refusals === 0) await this.#proxy.enable(true)
        return await fault.heal()
      },
    }
  }

  /** Toxiproxy resets a connection only when data next flows on it; the taps reset those that are open now. */
  async #reset(): Promise<ActiveFault> {
    const broken = this.#broken()
    const removes = [
      await this.#add('reset_peer', 'up', { timeout: 0 }),
      await this.#add('reset_peer', 'down', { timeout: 0 }),
    ]
    const open = this.#resetAll()
    return {
      heal: async () => {
        const landed = { connections: open + broken(), bytes: 0 }
        for (const remove of removes) await remove()
        return landed
      },
    }
  }

  async #blackHole(direction: Direction): Promise<ActiveFault> {
    const lost = this.#lost(direction)
    const remove = await this.#add('timeout', direction, { timeout: 0 })
    return {
      heal: async () => {
        const landed = { connections: 0, bytes: lost() }
        // Toxiproxy closes every connection when this toxic goes; a stream with a hole must not end in good order.
        this.#resetAll()
        await remove()
        return landed
      },
    }
  }

  async #cut(direction: Direction, amount: number): Promise<ActiveFault> {
    const [lost, broken] = [this.#lost(direction), this.#broken()]
    // Toxiproxy closes in good order what it cuts; both sides are to see a reset.
    const ends = [this.#front.add('down', endsBecomeResets()), this.#back.add('up', endsBecomeResets())]
    const remove = await this.#add('limit_data', direction, { bytes: amount })
    return {
      heal: async () => {
        const connections = broken()
        const landed = { connections, bytes: connections === 0 ? 0 : lost() }
        await remove()
        for (const end of ends) end()
        return landed
      },
    }
  }

  /** `expected`: how long so many bytes should be held back, ms. */
  async #slow(
    direction: Direction,
    attributes: Readonly<Record<string, number>>,
    type: 'latency' | 'bandwidth',
    expected: (bytes: number) => number,
  ): Promise<ActiveFault> {
    const remove = await this.#add(type, direction, attributes)
    return healing(heldBack(this.#sides(direction), expected), remove)
  }

  #add(
    type: Parameters<ToxiproxyProxy['add']>[0]['type'],
    direction: Direction,
    attributes: Readonly<Record<string, number>>,
  ): Promise<() => Promise<void>> {
    return this.#proxy.add({ type, direction, attributes })
  }

  #sides(direction: Direction): { readonly direction: Direction; readonly near: Tap; readonly far: Tap } {
    const [near, far] = direction === 'up' ? [this.#front, this.#back] : [this.#back, this.#front]
    return { direction, near, far }
  }

  #resetAll(): number {
    const connections = this.#front.resetAll()
    this.#back.resetAll()
    return connections
  }

  /** Bytes that went into Toxiproxy from now on and did not come out. */
  #lost(direction: Direction): () => number {
    const { near, far } = this.#sides(direction)
    const gap = (): number => near.counts()[direction].out - far.counts()[direction].in
    const before = gap()
    return () => Math.max(0, gap() - before)
  }

  /** Connections that were closed from now on between the two taps, and not by the system. */
  #broken(): () => number {
    const difference = (): number => this.#front.counts().closedByTarget - this.#back.counts().closedByTarget
    const before = difference()
    return () => Math.max(0, difference() - before)
  }
}

/** Between slices, µs: without a pause the network joins them again. */
const SLICE_PAUSE = 100

/** Toxiproxy counts in whole kilobytes per second; 0 lets nothing through, and loses nothing. */
const kilobytes = (bytesPerSecond: number): number =>
  bytesPerSecond === 0 ? 0 : Math.max(1, Math.round(bytesPerSecond / 1000))

function healing(proof: Proof, remove: () => Promise<void>): ActiveFault {
  return {
    heal: async (): Promise<Landed> => {
      const landed = proof.end()
      await remove()
      return landed
    },
  }
}
