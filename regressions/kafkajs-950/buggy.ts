import * as kafkajs from 'kafkajs-1-14'
import { busOn } from './bus.ts'

export default busOn(kafkajs, 'kafkajs-1-14')
