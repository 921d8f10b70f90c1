import * as cockatiel from 'cockatiel-3-2-1'
import { busOn } from './bus.ts'

export default busOn(cockatiel, 'cockatiel-3-2-1')
