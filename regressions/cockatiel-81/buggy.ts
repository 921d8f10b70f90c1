import * as cockatiel from 'cockatiel-3-1-3'
import { busOn } from './bus.ts'

export default busOn(cockatiel, 'cockatiel-3-1-3')
