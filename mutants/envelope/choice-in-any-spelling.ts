import { withClaimed } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

/** A way of giving fields in which the priority is LOW. */
const SPELLED = one({ envelope: 2 })

export const defect: Defect = {
  text: 'A priority that is given as a member of an enumeration is passed on as it is: HIGH is not high.',
  must: ['envelope/1'],
  minimal: SPELLED,
  envelope: (claim) =>
    withClaimed(claim, 'ce_priority', (field) => ({ ...field, choices: spelled(field.choices ?? {}) })),
}

/** Each spelling a choice of its own. */
const spelled = (choices: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(choices).flatMap(([one, others]) => [one, ...others].map((name) => [name, []])))

export default brokenEnveloped(defect)
