import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Only a successful publish returns its client to the pool.',
  must: ['resources/7'],
  // A pool that has run dry sends nothing more.
  may: ['delivery/13', 'fail-fast/7'],
  minimal: 'publish-refused-no-retries',
  pool: { takesBack: (how) => how === 'ok' },
}

export default brokenPool(defect)
