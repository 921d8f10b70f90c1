import { brokenByKey, type Defect } from '../mutant.ts'

const WORKERS = 2

export const defect: Defect = {
  text: 'Only the key of a failing message ought to wait, but there are two workers, and a key goes to one of them.',
  must: ['ordering/5'],
  minimal: 'failure-just-before-the-end',
  policies: { sideBySide: ({ key }) => `worker ${(key?.at(-1) ?? 0) % WORKERS}` },
}

export default brokenByKey(defect)
