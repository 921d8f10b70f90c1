import type { ConsumerRecord } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'

/**
 * How many members may still be in their groups at a time after the last close: those whose process ended, or whose
 * goodbye a fault may have swallowed, until their session has ended.
 */
export function mayStay(ledger: Ledger, at: number): number {
  let count = 0
  for (const consumer of ledger.groups.consumers()) if (maySpeakNoMore(ledger, consumer, at)) count += 1
  return count
}

function maySpeakNoMore({ run, nodes, faults }: Ledger, { node, leaving, left }: ConsumerRecord, at: number): boolean {
  // What was sent before the end, or during the fault, may arrive later, and a session begin only then.
  const late = 2 * run.claims.consume.session
  const record = nodes.get(node)
  const exited = record?.exited ?? null
  if (exited !== null && (left === null || exited.seq < left.seq)) return at <= exited.at + late
  const began = leaving ?? record?.closes[0]?.began ?? null
  if (began === null) return false
  const ended = left?.at ?? lastClosed(record?.closes ?? []) ?? at
  return at <= ended + late && faults.active('consume', began.at - late, ended)
}

const lastClosed = (closes: readonly { readonly ended: { readonly at: number } | null }[]): number | null =>
  closes.reduce<number | null>((latest, { ended }) => (ended === null ? latest : Math.max(latest ?? 0, ended.at)), null)
