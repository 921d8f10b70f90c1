import type { Row } from './row.ts'
import { row as certified } from './rows/certified.ts'
import { row as checks } from './rows/checks.ts'
import { row as effort } from './rows/effort.ts'
import { row as epochs } from './rows/epochs.ts'
import { row as kafkaCertified } from './rows/kafka-certified.ts'
import { row as kafkajs } from './rows/kafkajs.ts'
import { row as porcupine } from './rows/porcupine.ts'
import { row as recording } from './rows/recording.ts'
import { row as tests } from './rows/tests.ts'
import { row as toCatch } from './rows/to-catch.ts'
import { row as virtualTime } from './rows/virtual-time.ts'

/** As they stand in the table. */
export const ROWS: readonly Row[] = [
  certified,
  virtualTime,
  checks,
  epochs,
  recording,
  kafkajs,
  kafkaCertified,
  tests,
  porcupine,
  toCatch,
  effort,
]
