import { afterEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../harness/errors.ts'
import { bootstrapServers, parseServers, refusedOf } from './bootstrap.ts'
import * as clusterApis from './protocol/cluster-apis.ts'
import * as groupApis from './protocol/group-apis.ts'
import * as logApis from './protocol/log-apis.ts'

describe('a list of brokers', () => {
  it.each([
    ['one', 'localhost:9092', [{ host: 'localhost', port: 9092 }]],
    [
      'several, with spaces',
      'a.example:1, b-2.example:65535',
      [
        { host: 'a.example', port: 1 },
        { host: 'b-2.example', port: 65_535 },
      ],
    ],
    ['an address of IPv6', '[::1]:9092', [{ host: '::1', port: 9092 }]],
  ])('is read: %s', (_what, text, servers) => {
    expect(parseServers(text)).toEqual(servers)
  })

  it.each([
    'localhost',
    'localhost:',
    ':9092',
    'localhost:0',
    'localhost:65536',
    'localhost:9092,',
    'kafka://localhost:9092',
    'user:secret@localhost:9092',
    'a b:9092',
  ])('is refused: "%s"', (text) => {
    expect(parseServers(text)).toBeNull()
  })
})

describe('BUSPROOF_REMOTE_KAFKA', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    ['not set', '', 'BUSPROOF_REMOTE_KAFKA is not set: set it to brokers of the cluster, as host:port[,host:port].'],
    ['no list of brokers', 'localhost', 'BUSPROOF_REMOTE_KAFKA is not a list of addresses: set it to brokers'],
    [
      'a URL',
      'kafka://me:top-secret@localhost:9092',
      'BUSPROOF_REMOTE_KAFKA is not a list of addresses: set it to brokers',
    ],
    [
      'with credentials',
      'me:top-secret@localhost:9092',
      'BUSPROOF_REMOTE_KAFKA is not a list of addresses: set it to brokers',
    ],
    ['on another machine', 'localhost:1,staging.example:1', 'BUSPROOF_REMOTE_KAFKA leads to staging.example'],
  ])('is refused when it is %s, without a word of what it holds', (_what, value, sentence) => {
    vi.stubEnv('BUSPROOF_REMOTE_ALLOW', '')
    vi.stubEnv('BUSPROOF_REMOTE_KAFKA', value)
    expect(bootstrapServers).toThrow(UsageError)
    expect(bootstrapServers).toThrow(sentence)
    expect(bootstrapServers).not.toThrow('top-secret')
  })
})

describe('what the witness asks', () => {
  /** The newest versions that Redpanda 24.3 takes, by the key of the request; the oldest are 0, of Fetch 4, of OffsetFetch 1. */
  const REDPANDA = { 1: 11, 2: 4, 3: 8, 9: 7, 10: 3, 11: 6, 13: 4, 15: 5, 16: 4, 18: 3, 19: 6, 20: 5, 42: 2 }
  const oldest = (key: number): number => ({ 1: 4, 9: 1 })[key] ?? 0
  const ranges = Object.entries(REDPANDA).map(([key, newest]) => ({
    key: Number(key),
    oldest: oldest(Number(key)),
    newest,
  }))

  it('is taken by Redpanda, request by request', () => {
    expect(refusedOf(ranges)).toEqual([])
    expect(Object.keys({ ...clusterApis, ...groupApis, ...logApis })).toHaveLength(ranges.length)
  })

  it('is named where a cluster does not take it', () => {
    const poorer = ranges
      .filter(({ key }) => key !== 42)
      .map((range) => (range.key === 1 ? { ...range, oldest: 12 } : range))
    expect(refusedOf(poorer)).toEqual(['DeleteGroups 1', 'Fetch 11'])
  })
})
