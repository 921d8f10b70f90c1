import { brokenPool, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'An aborted publish never returns its client to the pool.',
  must: ['resources/7'],
  // A pool that has run dry sends nothing more.
  may: ['delivery/13'],
  minimal: 'publish-aborted-in-a-black-hole',
  pool: { takesBack: (_, signal) => !signal.aborted || signal.reason === 'timeout' },
}

export default brokenPool(defect)
