/** What a harness that is killed leaves behind, as data that a later one can act on. */
import { z } from 'zod'
import type { ProcessIdentity } from './identity.ts'

export type Leftover =
  | {
      /** A program: one process or several, with their process groups. */
      readonly kind: 'process'
      readonly name: string
      readonly members: readonly ProcessIdentity[]
      /** The signal that ends it in good order; SIGKILL where there is no such order. */
      readonly end: 'SIGINT' | 'SIGKILL'
    }
  | {
      /** A folder that {@link makeTemporaryFolder} makes. */
      readonly kind: 'folder'
      readonly path: string
    }
  | {
      /** A proxy on a Toxiproxy server that this harness has not started. */
      readonly kind: 'proxy'
      /** Of the control API. */
      readonly url: string
      readonly name: string
    }
  | {
      /** A container, whatever runs in it. */
      readonly kind: 'container'
      readonly name: string
      /** `unix:PATH` of the engine's socket, or the URL of its API. */
      readonly engine: string
      readonly id: string
    }
  | {
      /** What this harness has made on a system that it has not started: whatever carries the prefix. */
      readonly kind: 'remote'
      /** The system whose `sweep` removes it: the name of one that comes with busproof, or the URL of its module. */
      readonly system: string
      /** By which `sweep` finds the system again. They lie on disk: name files and variables that have secrets, no secrets. */
      readonly settings: Readonly<Record<string, string>>
      /** At least {@link SHORTEST_PREFIX} characters, so that it belongs to nothing else. */
      readonly prefix: string
    }

export const SHORTEST_PREFIX = 8

const started = z.string().min(1)
/** Never the first process: nothing that a harness starts is, and a signal to its group would go to everybody. */
const member = z.strictObject({ pid: z.int().min(2), started })
/** In a container the harness may be the first process. */
const owner = z.strictObject({ pid: z.int().min(1), started })

const leftover = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process'),
    name: z.string(),
    members: z.array(member).min(1),
    end: z.enum(['SIGINT', 'SIGKILL']),
  }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('proxy'), url: z.url({ protocol: /^https?$/ }), name: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('container'),
    name: z.string(),
    engine: z.string().regex(/^(unix:.|https?:\/\/)/),
    id: z.string().regex(/^[0-9a-f]{12,}$/),
  }),
  z.strictObject({
    kind: z.literal('remote'),
    system: z.string().regex(/^([a-z0-9-]+|file:.+)$/),
    settings: z.record(z.string(), z.string()),
    prefix: z.string().min(SHORTEST_PREFIX),
  }),
])

export const LEASE_FORMAT = 'busproof.lease/1'

export const leaseSchema = z.strictObject({
  format: z.literal(LEASE_FORMAT),
  /** Of the machine: on another one, numbers of processes mean others. */
  machine: z.string(),
  /** Of processes, on Linux: in another one, numbers of processes mean others too. */
  namespace: z.string().nullable(),
  owner,
  leftovers: z.array(leftover),
})

export interface Lease {
  readonly format: typeof LEASE_FORMAT
  readonly machine: string
  readonly namespace: string | null
  readonly owner: ProcessIdentity
  readonly leftovers: readonly Leftover[]
}
