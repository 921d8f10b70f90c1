import { brokenByKey, type Defect } from '../mutant.ts'

const WORKERS = 2

export const defect: Defect = {
  text: 'Only the key of a failing message should wait, but keys share two workers, so other keys wait too.',
  must: ['ordering/5'],
  minimal: 'failure-just-before-the-end',
  policies: { sideBySide: ({ key }) => `worker ${(key?.at(-1) ?? 0) % WORKERS}` },
}

export default brokenByKey(defect)
