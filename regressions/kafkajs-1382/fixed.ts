import * as kafkajs from 'kafkajs-2-1'
import { busOn } from './bus.ts'

export default busOn(kafkajs, 'kafkajs-2-1')
