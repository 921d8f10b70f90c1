import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The pool ignores its bound: if no client is idle, it creates another.',
  must: ['resources/6'],
  // They are all there still when it is calm.
  may: ['resources/5'],
  minimal: 'two-messages-on-two-topics',
  pool: { most: () => Number.POSITIVE_INFINITY },
}

export default brokenPool(defect)
