import CircuitBreaker from 'opossum-8-1-1'
import { busOn } from '../opossum.ts'

export default busOn(CircuitBreaker, 'opossum-8-1-1')
