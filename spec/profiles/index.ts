/** Profiles: the names and figures of one organisation. The clauses are general; a profile says which claims a bus of theirs makes. */
import { ONEX } from './onex.ts'

export interface Profile {
  /** What an adapter must claim, as far as it says. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** By the name that `--profile` takes. */
export const PROFILES: Readonly<Record<string, Profile>> = { onex: ONEX }
