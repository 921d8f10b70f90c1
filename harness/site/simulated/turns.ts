/** When the loop of each node comes round: at moments that follow from a seed, and in no order with those of other nodes. */
import { hashString } from '../../plan/random.ts'

export interface Turns {
  /** The first turn of this node at `due` or later, ms; never before that of something due sooner. */
  next(owner: string, due: number): number
}

/** One turn begins in each stretch of this length, ms: at most twice as much late, which is less than checks allow. */
export const STRETCH = 0.2

export function createTurns(seed: number): Turns {
  const owners = new Map<string, number>()
  return {
    next(owner, due) {
      const known = owners.get(owner)
      const salt = known ?? hashString(`${seed}/${owner}`)
      if (known === undefined) owners.set(owner, salt)
      const stretch = Math.floor(due / STRETCH) + 1
      return (stretch + fraction(salt, stretch)) * STRETCH
    },
  }
}

/** In [0, 1). */
function fraction(salt: number, stretch: number): number {
  let mixed = Math.imul(salt ^ stretch, 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
}
