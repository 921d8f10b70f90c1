import * as kafkajs from 'kafkajs-2-0'
import { busOn } from './bus.ts'

export default busOn(kafkajs, 'kafkajs-2-0')
