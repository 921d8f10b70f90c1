/** What the process of an adapter may take before it is ended. */
export interface HostBounds {
  /** Between two signs of life that the child is asked for, ms. */
  readonly ping: number
  /** For how long it may work without giving one, ms of processor time. */
  readonly busy: number
  /** What it may hold on its heap, MiB; buffers come on top of it. */
  readonly heap: number
}

export const HOST_BOUNDS: HostBounds = { ping: 5_000, busy: 30_000, heap: 2_048 }
