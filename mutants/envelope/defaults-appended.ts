import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Defaults are appended to the headers, also where the caller gave the field.',
  must: ['envelope/1'],
  may: ['envelope/2'],
  minimal: 'one-message-with-every-field',
  send: (send) => (message, attempt) =>
    send({ ...message, headers: [...message.headers, ['ce_hops', new TextEncoder().encode('0')] as const] }, attempt),
}

export default brokenEnveloped(defect)
