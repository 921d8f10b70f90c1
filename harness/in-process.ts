/** The system of a bus that lives inside the process that uses it: nothing to start, to dial or to read. */
import { SiteError } from './errors.ts'
import type { Lacks } from './lacks.ts'
import { type SimulatedSystem, SYSTEM_CONTRACT, type System } from './system-contract.ts'

/** What such a system usually lacks; declare less for a bus that has more. */
const LACKS = {
  network: 'it lives inside the process that uses it',
  partitions: 'a topic is one sequence',
  committedOffsets: 'what a group has handled is gone',
  storedLog: 'no message is kept outside that process',
} satisfies Lacks

/**
 * What the module of such a system exports: `system` as its default, and `simulated`. `lacks` is what it lacks besides a network;
 * by default partitions, committed offsets and a stored log.
 */
export function inProcess(lacks: Omit<Lacks, 'network'> = LACKS): {
  readonly system: System
  readonly simulated: SimulatedSystem
} {
  return {
    system: {
      contract: SYSTEM_CONTRACT,
      name: 'in-process',
      concurrent: true,
      lacks: { ...lacks, network: LACKS.network },
      sizes: [1],
      missing: () => Promise.resolve(null),
      start: () =>
        Promise.resolve({
          version: 'none, the bus lives in its process',
          canWitness: () => false,
          endpoint: () => {
            throw new SiteError('a bus inside one process has no address')
          },
          prepare: () =>
            Promise.resolve({ credentials: {}, witness: null, [Symbol.asyncDispose]: () => Promise.resolve() }),
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
    },
    simulated: {
      start: () => ({
        credentials: {},
        accept: (_role, wire) => wire.destroy(),
        resources: () => ({}),
        stop: () => undefined,
      }),
    },
  }
}
