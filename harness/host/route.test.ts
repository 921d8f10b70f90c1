import { describe, expect, it } from 'vitest'
import { route } from './route.ts'

const link = { host: '127.0.0.1', port: 18_001 }
const other = { host: '127.0.0.1', port: 18_002 }

describe('an address that a system gave out', () => {
  const links = [
    { ...link, insteadOf: { host: 'broker-1.example', port: 9092 } },
    { ...other, insteadOf: { host: 'broker-2.example', port: 9092 } },
  ]

  it('is replaced by the link that leads there', () => {
    expect(route('publish', { host: 'broker-2.example', port: 9092 }, links)).toEqual(other)
    expect(route('publish', { host: 'Broker-1.Example', port: 9092 }, links)).toEqual(link)
  })

  it('stays when it is a link of the role', () => {
    expect(route('publish', other, links)).toEqual(other)
  })

  it.each([
    ['of another host', { host: 'broker-3.example', port: 9092 }],
    ['of another port', { host: 'broker-1.example', port: 9093 }],
  ])('is refused when it is %s, for no fault would reach traffic to it', (_which, address) => {
    expect(() => route('consume', address, links)).toThrow(
      `no consume link leads to ${address.host}:${address.port}, so traffic to it would bypass the faults`,
    )
  })

  it('is refused when it is a link of another role', () => {
    expect(() => route('dead-letter', { host: '127.0.0.1', port: 18_003 }, [link])).toThrow('no dead-letter link')
  })
})

it('leaves addresses alone on a site without sockets', () => {
  expect(route('publish', link, undefined)).toEqual(link)
})
