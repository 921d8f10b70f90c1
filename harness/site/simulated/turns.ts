/**
 * When the loop of each node comes round: at moments that the seed draws, so that what falls due in one moment on several nodes, or
 * together with what the network brings, happens in another order under another seed; the order within a node stays what
 * Node promises.
 */
import { hashString } from '../../random.ts'
import type { Turns } from '../../virtual-clock.ts'

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
