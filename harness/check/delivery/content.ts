import type { EventOf } from '../../history/event.ts'
import type { Detect } from '../detect.ts'
import type { Operation } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'

const PARTS = ['key', 'value', 'headers'] as const

/** delivery/4: key, value, headers and topic arrive as they were published. */
export const content: Detect = (ledger, report) => {
  const judge = (event: EventOf<'deliver'> | EventOf<'stored'>, operation: Operation): void => {
    const delivered = event.type === 'deliver'
    const where = delivered ? `delivered to ${event.consumer}` : `stored in ${inWords(event.position)}`
    const topic = delivered ? event.topic : event.position.topic
    if (delivered) report.occasion()
    for (const [part, expected, actual] of [
      ...PARTS.map((part) => [part, operation.content[part], event.content[part]] as const),
      ['topic', operation.topic, topic] as const,
    ]) {
      if (expected === actual) continue
      report.violation({
        message: `${operation.op} was ${where} with another ${part} than was published`,
        expected: `${part} ${expected}`,
        actual: `${part} ${actual}`,
        op: operation.op,
        at: event.at,
        ...(delivered ? { node: event.node, group: event.group } : {}),
      })
    }
  }
  return {
    step(event) {
      if (event.type !== 'deliver' && event.type !== 'stored') return
      const operation = ledger.operations.get(event.op)
      if (operation !== undefined) judge(event, operation)
    },
  }
}
