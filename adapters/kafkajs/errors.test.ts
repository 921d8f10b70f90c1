import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs'
import { expect, test } from 'vitest'
import { classify } from './errors.ts'

const refusal = (type: string, retriable: boolean): Error =>
  new KafkaJSNumberOfRetriesExceeded(
    new KafkaJSProtocolError(Object.assign(new Error('the broker says no'), { type, retriable, code: 1 })),
    { retryCount: 0, retryTime: 0 },
  )

test.each([
  { type: 'MESSAGE_TOO_LARGE', retriable: false, code: 'REJECTED', effect: 'none' },
  { type: 'NOT_ENOUGH_REPLICAS', retriable: true, code: 'CONNECTION_FAILED', effect: 'none' },
  { type: 'NOT_LEADER_FOR_PARTITION', retriable: true, code: 'CONNECTION_FAILED', effect: 'unknown' },
  { type: 'REQUEST_TIMED_OUT', retriable: true, code: 'CONNECTION_FAILED', effect: 'unknown' },
])('what the broker answers to a written request: $type', ({ type, retriable, code, effect }) => {
  expect(classify(refusal(type, retriable), true)).toMatchObject({ code, effect, retryable: retriable })
})

test('a connection that breaks is in doubt only once the request was written', () => {
  const broken = new KafkaJSConnectionError('Connection error')
  expect(classify(broken, true)).toMatchObject({ code: 'CONNECTION_FAILED', effect: 'unknown', retryable: true })
  expect(classify(broken, false)).toMatchObject({ code: 'CONNECTION_FAILED', effect: 'none', retryable: true })
})
