/** The certificates of chaos runs. */
import type { Certificate } from '../certificate/certificate.ts'
import type { ShardPart } from '../certificate/shard.ts'
import type { Soak } from '../certificate/soak.ts'

/** Of a whole run. */
export type Soaked = Certificate & { readonly soak: Soak }

/** What a chaos run writes: all of it is a shard, if only the one of one. */
export type ShardCertificate = Soaked & { readonly shard: ShardPart }

/** And where it was read. */
export interface Read {
  readonly file: string
  readonly certificate: ShardCertificate
}
