/** Which edits are tried: the same for one seed, as long as the sources are the same. */
import { createHash } from 'node:crypto'
import type { Edit } from './edit.ts'

/** Takes from each operator in turn, so that a rare one is tried as well as a common one. */
export function sampleOf(edits: readonly Edit[], size: number, seed: number): Edit[] {
  const drawn = new Map(edits.map((edit) => [edit, createHash('sha256').update(`${seed} ${edit.id}`).digest('hex')]))
  const byDraw = [...edits].sort((one, other) => ((drawn.get(one) ?? '') < (drawn.get(other) ?? '') ? -1 : 1))
  const byOperator = new Map<string, Edit[]>()
  for (const edit of byDraw) byOperator.set(edit.operator, [...(byOperator.get(edit.operator) ?? []), edit])
  const left = [...byOperator.values()]
  const sample: Edit[] = []
  for (let round = 0; sample.length < Math.min(size, edits.length); round++) {
    sample.push(...left.flatMap((of) => of[round] ?? []))
  }
  return sample.slice(0, size)
}
