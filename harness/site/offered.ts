/** Holds what a witness offers against what its system says to lack: what is declared absent must be absent. */
import type { Capability } from '../../spec/clause.ts'
import { UsageError } from '../errors.ts'
import { type Lacks, without } from '../lacks.ts'
import type { Witness } from '../system-contract.ts'

const READS = [
  ['storedLog', 'stored'],
  ['committedOffsets', 'committed'],
] as const satisfies readonly (readonly [Capability, keyof Witness])[]

/** Throws a {@link UsageError}, one sentence, where the two do not agree. */
export function checkWitness(witness: Witness, name: string, lacks: Lacks): void {
  for (const [capability, method] of READS) {
    const offers = witness[method] !== undefined
    if (offers && lacks[capability] !== undefined) {
      throw new UsageError(
        `the system ${name} says: ${without(capability, lacks)}; but its witness has \`${method}\`: take it away, or correct \`lacks\``,
      )
    }
    if (!offers && lacks[capability] === undefined) {
      throw new UsageError(
        `the witness of the system ${name} has no \`${method}\`: add it, or say in \`lacks.${capability}\` why there is nothing to read`,
      )
    }
  }
}
