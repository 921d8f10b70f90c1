import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A producer is kept only once it is made, so that two publishes to a new topic at once make one each.',
  must: ['resources/6'],
  minimal: 'two-messages-on-two-keys',
  pool: { sharesMaking: false },
}

export default brokenPool(defect)
