import CircuitBreaker from 'opossum-4-2-0'
import { busOn } from '../opossum.ts'

export default busOn(CircuitBreaker, 'opossum-4-2-0')
