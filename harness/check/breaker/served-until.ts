import type { Ledger } from '../tracker/ledger.ts'

/** Until when the bus of a node delivers anything, ms: it closes, its process ends, or the history does. */
export const servedUntil = ({ nodes, phases, now }: Ledger, node: string): number =>
  Math.min(
    nodes.goneAt(node)?.at ?? Number.POSITIVE_INFINITY,
    phases.began('close')?.at ?? Number.POSITIVE_INFINITY,
    now().at,
  )
