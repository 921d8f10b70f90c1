import kafka from '../../systems/kafka/index.ts'
import { type Found, meets, type Row } from '../row.ts'
import { certified, verdictOf } from './certified.ts'

export const row: Row = {
  name: 'kafka-certified',
  what: 'Kafka certified on the real site, level resilient',
  goal: '≤ 5 min',
  async run(): Promise<Found> {
    const missing = await kafka.missing()
    if (missing !== null) return { measured: '', meets: 'not run', notes: [missing] }
    const { seconds, certificate } = await certified([
      'kafkajs',
      '--site',
      'real',
      '--level',
      'resilient',
      '--seed',
      '1',
    ])
    return {
      measured: `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s, ${certificate.runs} runs, ${verdictOf(certificate)}`,
      meets: meets(seconds <= 300),
      notes: [`One server of ${certificate.environment.server}, links: ${certificate.links}.`],
    }
  },
}
