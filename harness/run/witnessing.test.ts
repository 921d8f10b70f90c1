import { expect, test } from 'vitest'
import type { Header } from '../adapter.ts'
import { headerNames } from '../plan/message.ts'
import { message } from '../plan/parts.case.ts'
import type { StoredMessage } from '../system-contract.ts'
import { storedEvent } from './witnessing.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const OPTIONS = {
  claims: {},
  topics: [{ name: 't', partitions: 1, deadLetter: 't.dlq' }],
  headerNames: headerNames({ messages: [message({ headers: 'text' })] }, { timeToLive: { header: 'ttl-ms' } }),
  redact: (text: string) => text.replace('secret', '[secret:token]'),
  at: 5,
}
const OWN: readonly Header[] = [
  ['content-type', bytes('text/plain')],
  ['ttl-ms', bytes('9')],
]
const found = (topic: string, headers: readonly Header[]): StoredMessage => ({
  position: { topic, partition: 0, offset: 0 },
  key: null,
  value: null,
  headers: [['busproof-op', bytes('m1')], ...headers],
})
const headersOf = (topic: string, headers: readonly Header[]) => {
  const event = storedEvent(found(topic, headers), OPTIONS)
  return event.type === 'stored' || event.type === 'dead-letter' ? event.content.headers : null
}

test('whatever dead-lettering adds is no header of the message, and searched for secrets', () => {
  const added: readonly Header[] = [
    ['attempts', bytes('2')],
    ['failed_on_host', bytes('a secret')],
  ]
  const letter = storedEvent(found('t.dlq', [...OWN, ...added]), OPTIONS)
  expect(letter).toMatchObject({ type: 'dead-letter', fields: { attempts: '2', failed_on_host: 'a [secret:token]' } })
  expect(headersOf('t.dlq', [...OWN, ...added])).toBe(headersOf('t', OWN))
  expect(headersOf('t.dlq', added)).toBe('none')
})

test('what is added to a message that is no dead letter is one of its headers', () => {
  expect(headersOf('t', [...OWN, ['failed_on_host', bytes('here')]])).not.toBe(headersOf('t', OWN))
})
