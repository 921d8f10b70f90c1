import { brokenMemory, type Defect } from '../mutant.ts'

const throughText = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(new TextDecoder().decode(bytes))

export const defect: Defect = {
  text: 'Header values pass through text, which corrupts binary ones.',
  must: ['delivery/4'],
  may: ['dead-letter/3', 'dead-letter/7'],
  minimal: 'one-message-with-binary-headers',
  send: (send) => (message, attempt) =>
    send({ ...message, headers: message.headers.map(([name, value]) => [name, throughText(value)]) }, attempt),
}

export default brokenMemory(defect)
