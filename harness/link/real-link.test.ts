import { describe } from 'vitest'
import { faultCases } from './faults.case.ts'
import { createRealLink } from './real-link.ts'

describe('a link that is a tap alone', () => {
  faultCases((target) => createRealLink({ role: 'publish', target, toxiproxy: null }))
})
