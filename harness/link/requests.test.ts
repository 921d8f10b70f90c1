import { describe, expect, it } from 'vitest'
import { SiteError } from '../errors.ts'
import type { RequestedMessage } from '../system-contract.ts'
import { createRequestLog } from './requests.ts'

/** Each byte is a whole request, and names its topic; 0 cannot be read. */
const letters = (bytes: Uint8Array): RequestedMessage[] =>
  [...bytes].map((byte) => {
    if (byte === 0) throw new Error('unreadable')
    return { topic: String.fromCharCode(byte), headers: [] }
  })

const chunk = (text: string): Buffer => Buffer.from(text)

describe('the requests of a role', () => {
  it('are passed to the current listener, and pass unchanged', () => {
    const log = createRequestLog(() => letters)
    const heard: string[] = []
    const connection = {}
    log.watcher.arrive(connection, chunk('a'))
    log.listen(({ topic }) => heard.push(topic))
    const arrival = log.watcher.arrive(connection, chunk('bc'))
    log.listen(null)
    log.watcher.arrive(connection, chunk('d'))
    expect(heard).toEqual(['b', 'c'])
    expect(arrival).toEqual({ pass: 2, reset: null })
  })

  it('are read with a reader of its own for each connection', () => {
    let made = 0
    const log = createRequestLog(() => {
      made++
      return letters
    })
    const [one, other] = [{}, {}]
    for (const connection of [one, other, one]) log.watcher.arrive(connection, chunk('a'))
    expect(made).toBe(2)
  })

  it('are not read on after one that cannot be read, and bytes still pass', () => {
    const log = createRequestLog(() => letters)
    const heard: string[] = []
    log.listen(({ topic }) => heard.push(topic))
    expect(log.failure()).toBeNull()
    log.watcher.arrive({}, chunk('a\0'))
    const arrival = log.watcher.arrive({}, chunk('b'))
    expect(heard).toEqual([])
    expect(log.failure()).toBeInstanceOf(SiteError)
    expect(log.failure()?.message).toBe(
      "the link cannot read the requests that the adapter's client sends (unreadable): let the client speak the system's protocol in plaintext",
    )
    expect(arrival.pass).toBe(1)
  })
})
