import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus registers a producer only after creating it, so two simultaneous publishes to a new topic create two.',
  must: ['resources/6'],
  minimal: 'two-messages-on-two-keys',
  pool: { sharesMaking: false },
}

export default brokenPool(defect)
