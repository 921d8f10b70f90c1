import CircuitBreaker from 'opossum-4-2-1'
import { busOn } from '../opossum.ts'

export default busOn(CircuitBreaker, 'opossum-4-2-1')
