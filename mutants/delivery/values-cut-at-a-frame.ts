import { brokenMemory, type Defect } from '../mutant.ts'
import { one } from '../plan-parts.ts'

/** 2¹⁸ bytes. */
const FRAME = 262_144

export const defect: Defect = {
  text: 'Of a value that needs more than one frame, only the first is sent.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: one({ body: { bytes: 262_145 } }),
  send: (send) => (message, attempt) =>
    send({ ...message, value: message.value === null ? null : message.value.subarray(0, FRAME) }, attempt),
}

export default brokenMemory(defect)
