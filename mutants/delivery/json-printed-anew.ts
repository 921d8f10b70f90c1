import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

function printedAnew(value: Uint8Array): Uint8Array {
  try {
    return Buffer.from(
      JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value))),
    )
  } catch {
    return value
  }
}

export const defect: Defect = {
  text: 'Values that are JSON are parsed and printed anew.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ body: { text: '1.0' } }),
  send: (send) => (message, attempt) =>
    send(message.value === null ? message : { ...message, value: printedAnew(message.value) }, attempt),
}

export default brokenMemory(defect)
