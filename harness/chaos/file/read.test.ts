import { describe, expect, test } from 'vitest'
import { ROLES } from '../../adapter.ts'
import { readChaos } from './read.ts'
import { CHAOS_TEMPLATE } from './template.ts'

const MINIMAL = `target:
  adapter: memory
  site: real
load:
  rate: 50/s
duration: 1m
`
const parse = (text: string) => readChaos(text, 'chaos.yaml')

/** Line 7 onwards. */
const and = (more: string): string => MINIMAL + more
/** Line 6 onwards. */
const load = (more: string): string => MINIMAL.replace('  rate: 50/s', `  rate: 50/s\n  ${more}`)
/** The rate itself. */
const rate = (given: string): string => MINIMAL.replace('50/s', given)
/** In place of line 6. */
const lasts = (given: string): string => MINIMAL.replace('duration: 1m', given)
/** Line 4 onwards. */
const real = (more: string): string => MINIMAL.replace('  site: real', `  site: real\n  ${more}`)
/** Line 5 onwards. */
const remote = (more: string): string => MINIMAL.replace('  site: real', `  site: remote\n  allow: [here]\n  ${more}`)

const BOMB = [
  'a: &a [x]',
  ...Array.from('bcdefghij', (name, depth) => {
    const before = 'abcdefghij'[depth]
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`
  }),
].join('\n')

const MALFORMED: readonly (readonly [name: string, text: string, place: string, part: string])[] = [
  ['an empty file', '', '1:1', 'expected object, received null'],
  ['a list', '- target\n', '1:1', 'expected object, received array'],
  ['a text', 'hello', '1:1', 'expected object, received string'],
  ['a brace that is never closed', '{ target: {', '1:12', 'not valid YAML: flow map'],
  ['a tab', and('\tseed: 1\n'), '7:1', 'not valid YAML: tabs are not allowed'],
  ['a key twice', and('duration: 2m\n'), '7:1', 'not valid YAML: map keys must be unique'],
  ['a key twice further inside', real('adapter: kafkajs'), '4:3', 'map keys must be unique'],
  ['two documents', `${MINIMAL}---\n${MINIMAL}`, '7:1', 'not valid YAML: source contains multiple documents'],
  ['an alias that means nothing', and('seed: *none\n'), '7:7', 'not valid YAML: unresolved alias'],
  ['a bomb of aliases', BOMB, '2:8', 'not valid YAML: excessive alias count'],

  ['an unknown key', and('sead: 1\n'), '7:1', 'Unrecognized key: "sead"; remove it'],
  ['a merge key', and('<<: { seed: 2 }\n'), '7:1', 'Unrecognized key: "<<"'],
  ['the key __proto__', and('__proto__: { seed: 2 }\n'), '7:1', 'Unrecognized key: "__proto__"'],
  ['an unknown key of the target', real('sight: real'), '4:3', 'target: Unrecognized key: "sight"'],
  [
    'an unknown key of the pin',
    remote('expect: { cluster: a, id: b }'),
    '5:25',
    'target.expect: Unrecognized key: "id"',
  ],
  ['an unknown key of the load', load('rats: 1'), '6:3', 'load: Unrecognized key: "rats"'],
  ['an unknown key of keys', load('keys: { many: 1 }'), '6:11', 'load.keys: Unrecognized key: "many"'],
  ['an unknown key of handlers', load('handlers: { fail: 1% }'), '6:15', 'load.handlers: Unrecognized key: "fail"'],
  [
    'an unknown key of a range',
    load('size: { least: 1B, most: 2B, at: 1B }'),
    '6:32',
    'load.size: Unrecognized key: "at"',
  ],
  ['an unknown key of faults', and('faults: { kind: [] }\n'), '7:11', 'faults: Unrecognized key: "kind"'],
  ['an unknown key of stop', and('stop: { file: a, files: b }\n'), '7:18', 'stop: Unrecognized key: "files"'],

  ['no target', MINIMAL.replace(/target:\n.*\n.*\n/, ''), '1:1', 'target: must be given'],
  ['no adapter', MINIMAL.replace('  adapter: memory\n', ''), '2:3', 'target.adapter: must be given'],
  ['no load', MINIMAL.replace(/load:\n.*\n/, ''), '1:1', 'load: must be given'],
  ['no rate', MINIMAL.replace('rate: 50/s', 'nodes: 2'), '5:3', 'load.rate: must be given, such as 100/s'],
  ['neither duration nor messages', lasts('seed: 1'), '1:1', 'duration: must be given, or messages'],
  ['no cluster to expect', remote('expect: {}'), '5:11', 'target.expect.cluster: must be given'],
  [
    'a port that is none',
    and('serve: { port: 70000 }\n'),
    '7:16',
    'serve.port: Too big: expected number to be <=65535',
  ],
  ['no port to serve', and('serve: {}\n'), '7:8', 'serve.port: must be given'],
  ['traces to nowhere', and('traces: { otlp: here }\n'), '7:17', 'traces.otlp: must be a URL that begins with http://'],
  ['no file to stop by', and('stop: {}\n'), '7:7', 'stop.file: must be given'],
  ['half of a range', load('size: { least: 10B }'), '6:9', 'load.size.most: must be given, such as 10KB'],

  ['an adapter that is a number', MINIMAL.replace('memory', '5'), '2:12', 'target.adapter: expected string'],
  ['an empty adapter', MINIMAL.replace('memory', '""'), '2:12', 'target.adapter: must not be empty'],
  ['an adapter of blanks', MINIMAL.replace('memory', '"  "'), '2:12', 'target.adapter: must not be empty'],
  ['an adapter of two lines', MINIMAL.replace('memory', '"a\\nb"'), '2:12', 'target.adapter: must be one line'],
  ['an unknown site', MINIMAL.replace('real', 'moon'), '3:9', 'expected one of "remote"|"real"|"containers"'],
  ['an unknown way with Toxiproxy', real('toxiproxy: maybe'), '4:14', 'target.toxiproxy: expected one of'],
  ['hosts as a text', remote('address: a').replace('[here]', 'here'), '4:10', 'target.allow: expected array'],
  ['an empty host', remote('address: a').replace('here', '""'), '4:11', 'target.allow[0]: must not be empty'],
  ['a target as a text', MINIMAL.replace(/target:\n.*\n.*/, 'target: memory'), '1:9', 'target: expected object'],
  ['guards as a text', and('guards: none\n'), '7:9', 'guards: expected array, received string'],
  ['thresholds as a text', and('thresholds: violations == 0\n'), '7:13', 'thresholds: expected array'],
  ['settings as a list', and('settings: [1]\n'), '7:11', 'settings: expected record'],
  ['a setting as a text', and('settings: { retry.base: x }\n'), '7:25', 'settings.retry.base: expected number'],
  ['a setting that is no number', and('settings: { a: .nan }\n'), '7:16', 'settings.a: expected number, received NaN'],
  ['faults that are null', and('faults:\n'), '7:8', 'faults: expected object, received null'],

  ['a duration as a number', lasts('duration: 10'), '6:11', 'duration: must be a text such as 30s, found 10'],
  ['a duration without a unit', lasts('duration: "10"'), '6:11', 'duration: the duration 10 has no unit: write 10s'],
  ['a duration in words', lasts('duration: a while'), '6:11', 'write it like 90s, 5m or 1500ms'],
  ['a duration of nothing', lasts('duration: 0s'), '6:11', 'duration: must be at least 1s'],
  ['a duration without an end', lasts('duration: 600h'), '6:11', 'is too long: give at most 500h'],
  ['a duration of two lines', lasts('duration: "10s\\n"'), '6:11', 'duration: must be one line, such as 30s'],
  ['an empty duration', lasts('duration: ""'), '6:11', 'duration: must be a text such as 30s'],
  ['a rate as a number', rate('50'), '5:9', 'load.rate: must be a text such as 100/s, found 50'],
  ['a rate without /s', rate('50 a second'), '5:9', 'load.rate: 50 a second is not a rate: write it like 100/s'],
  ['a rate a minute', rate('50/m'), '5:9', '50/m is not a rate: write it like 100/s'],
  ['a rate of nothing', rate('0/s'), '5:9', '0/s is not a rate'],
  ['a rate below nothing', rate('-1/s'), '5:9', '-1/s is not a rate'],
  ['a rate over the cap', rate('2001/s'), '5:9', 'load.rate: must be at most 2000/s'],
  ['a rate that is a list', rate('[50/s]'), '5:9', 'load.rate: must be a text such as 100/s'],
  ['a ramp without a unit', load('ramp: 10'), '6:9', 'load.ramp: must be a text such as 30s, found 10'],
  ['a size of an unknown unit', load('size: 10GB'), '6:9', 'load.size: 10GB is not a size: write it like 200B'],
  ['a size of nothing', load('size: 0'), '6:9', 'load.size: must be between 1B and 10MB, found 0'],
  ['a part of a byte', load('size: 1.5'), '6:9', 'load.size: expected int'],
  ['a size that no machine holds', load('size: 11MB'), '6:9', 'load.size: must be between 1B and 10MB'],
  ['a size that is a list', load('size: [1, 2]'), '6:9', 'load.size: must be a text such as 10KB'],
  ['a wrong size in a range', load('size: { least: 1B, most: 1X }'), '6:28', 'load.size.most: 1X is not a size'],
  [
    'a share without a unit',
    load('handlers: { slow: 1 }'),
    '6:21',
    'load.handlers.slow: must be a text such as 1%, found 1',
  ],
  ['a share as a fraction', load('handlers: { slow: "0.1" }'), '6:21', '0.1 is not a share: write it like 1%'],
  [
    'a share over 100%',
    load('handlers: { slow: 101% }'),
    '6:21',
    '101% is not a share: write it like 1%, at most 100%',
  ],
  [
    'shares that are over 100% together',
    load('handlers: { failing: 60%, permanent: 41% }'),
    '6:13',
    'load.handlers: together they must not be more than 100%',
  ],
  [
    'slow handlers that are not',
    load('handlers: { slowFor: 0s }'),
    '6:24',
    'load.handlers.slowFor: must be longer than 0',
  ],

  ['sizes upside down', load('size: { least: 2KB, most: 1KB }'), '6:18', 'least must not be more than most'],
  [
    'lengths upside down',
    and('faults: { lasts: { least: 5s, most: 1s } }\n'),
    '7:27',
    'faults.lasts.least: least must not',
  ],
  [
    'rests upside down',
    and('faults: { rest: { least: 5s, most: 1s } }\n'),
    '7:26',
    'faults.rest.least: least must not',
  ],
  ['a fault that is over at once', and('faults: { lasts: 1ms }\n'), '7:18', 'faults.lasts: must be at least 100ms'],
  ['no producers', load('producers: 0'), '6:14', 'load.producers: Too small: expected number to be >=1, found 0'],
  ['too many nodes', load('nodes: 21'), '6:10', 'load.nodes: Too big: expected number to be <=20, found 21'],
  ['half a topic', load('topics: 1.5'), '6:11', 'load.topics: expected int, received number, found 1.5; give a whole'],
  ['partitions as a text', load('partitions: many'), '6:15', 'load.partitions: expected number, received string'],
  ['no keys', load('keys: { count: 0 }'), '6:18', 'load.keys.count: Too small'],
  ['keys that are too skewed', load('keys: { skew: 5 }'), '6:17', 'load.keys.skew: Too big: expected number to be <=4'],
  ['no messages', lasts('messages: 0'), '6:11', 'messages: Too small: expected number to be >=1, found 0'],
  ['messages without an end', lasts('messages: .inf'), '6:11', 'received Infinity; give a finite number'],
  ['a negative seed', and('seed: -1\n'), '7:7', 'seed: Too small: expected number to be >=0, found -1'],
  ['a seed of 33 bits', and('seed: 4294967296\n'), '7:7', 'seed: Too big: expected number to be <=4294967295'],
  ['too many servers', real('servers: 10'), '4:12', 'target.servers: Too big: expected number to be <=9, found 10'],
  ['too many faults at once', and('faults: { atOnce: 6 }\n'), '7:19', 'faults.atOnce: Too big'],

  ['an epoch that is too short', and('epoch: 4s\n'), '7:8', 'epoch: must be between 5s and 10m'],
  ['an epoch that is too long', and('epoch: 11m\n'), '7:8', 'epoch: must be between 5s and 10m'],
  ['an epoch without a unit', and('epoch: 30\n'), '7:8', 'epoch: must be a text such as 30s, found 30'],
  [
    'an epoch with too many messages',
    `${rate('1500/s')}epoch: 10s\n`,
    '7:8',
    'epoch: holds more than 10000 messages at this rate: make it at most 6s',
  ],
  ['the default epoch with too many', rate('2000/s'), '1:1', 'epoch: holds more than 10000 messages'],

  [
    'an unknown kind of fault',
    and('faults: { kinds: [refuse, explode] }\n'),
    '7:27',
    'faults.kinds[1]: expected one of "refuse"|',
  ],
  ['a kind of fault as a text', and('faults: { kinds: refuse }\n'), '7:18', 'faults.kinds: expected array'],
  ['an unknown role', and('faults: { roles: [admin] }\n'), '7:19', 'expected one of "publish"|"consume"|"dead-letter"'],
  ['no role', and('faults: { roles: [] }\n'), '7:18', 'faults.roles: Too small'],

  ['a guard of an unknown form', and('guards:\n  - { smoke: up }\n'), '8:5', 'guards[0]: must be one of { http: … }'],
  ['a guard of no form', and('guards:\n  - {}\n'), '8:5', 'guards[0]: must be one of { http: … }'],
  ['a guard as a text', and('guards:\n  - http://here\n'), '8:5', 'guards[0]: must be one of { http: … }'],
  [
    'a guard of two forms',
    and('guards:\n  - { http: "http://a", command: [b] }\n'),
    '8:25',
    'Unrecognized key: "command"',
  ],
  [
    'a URL of files',
    and('guards:\n  - { http: "file:///a" }\n'),
    '8:13',
    'guards[0].http: must be a URL that begins with http',
  ],
  ['a URL that is none', and('guards:\n  - { http: here }\n'), '8:13', 'guards[0].http: must be a URL'],
  ['no URL', and('guards:\n  - { promql: up, below: 1 }\n'), '8:5', 'guards[0].at: must be given'],
  [
    'another URL of files',
    and('guards:\n  - { promql: up, at: "ftp://a", below: 1 }\n'),
    '8:23',
    'guards[0].at: must be a URL',
  ],
  ['a command as a text', and('guards:\n  - { command: ls }\n'), '8:16', 'guards[0].command: expected array'],
  ['a command of nothing', and('guards:\n  - { command: [] }\n'), '8:16', 'guards[0].command: must name a program'],
  ['an empty program', and('guards:\n  - { command: [""] }\n'), '8:17', 'guards[0].command[0]: must not be empty'],
  ['no bound', and('guards:\n  - { promql: up, at: "http://a" }\n'), '8:5', 'guards[0]: needs one of below and above'],
  [
    'two bounds',
    and('guards:\n  - { promql: up, at: "http://a", below: 1, above: 0 }\n'),
    '8:5',
    'guards[0]: needs one of below and above',
  ],
  [
    'a bound as a text',
    and('guards:\n  - { promql: up, at: "http://a", below: x }\n'),
    '8:42',
    'guards[0].below: expected number',
  ],
  [
    'a guard read too often',
    and('guards:\n  - { http: "http://a", every: 9ms }\n'),
    '8:32',
    'guards[0].every: must be at least 1s',
  ],
  ['a guard with a key too many', and('guards:\n  - { command: [a], evry: 5s }\n'), '8:21', 'Unrecognized key: "evry"'],
  [
    'a second guard that is wrong',
    and('guards:\n  - { command: [a] }\n  - { command: [1] }\n'),
    '9:17',
    'guards[1].command[0]',
  ],

  [
    'an unknown metric',
    and('thresholds: [p42(publish) < 5s]\n'),
    '7:14',
    'p42(publish) is no metric: the metrics are p50(publish|handle)',
  ],
  ['an unknown span', and('thresholds: ["p99(send) < 5s"]\n'), '7:14', 'p99(send) is no metric'],
  [
    'an unknown operator',
    and('thresholds: ["violations != 0"]\n'),
    '7:14',
    'violations != 0 is no threshold: write it like',
  ],
  ['a bound without a unit', and('thresholds: ["p99(publish) < 5"]\n'), '7:14', 'the bound 5 has no unit: write 5s'],
  ['half a violation', and('thresholds: ["violations < 1.5"]\n'), '7:14', 'the bound 1.5 is no whole number'],
  [
    'a rate without its unit',
    and('thresholds: ["rate > 5 over 1m"]\n'),
    '7:14',
    'the bound 5 is no rate: write it like 100/s',
  ],
  ['a rate without a window', and('thresholds: ["rate > 5/s"]\n'), '7:14', 'a rate needs a window: add "over 1m"'],
  ['a window of violations', and('thresholds: ["violations == 0 over 1m"]\n'), '7:14', 'leave "over 1m" out'],
  ['a window of outages', and('thresholds: ["unavailable < 1s over 1m"]\n'), '7:14', 'leave "over 1m" out'],
  [
    'a window that is too wide',
    and('thresholds: ["p99(publish) < 5s over 2h"]\n'),
    '7:14',
    'must be between 1s and 1h',
  ],
  [
    'a window in words',
    and('thresholds: ["p99(publish) < 5s over all"]\n'),
    '7:14',
    'the window all is not a duration',
  ],
  ['an empty threshold', and('thresholds: [""]\n'), '7:14', 'must be a text such as p99(publish) < 500ms over 1m'],
  [
    'a threshold as a number',
    and('thresholds: [violations == 0, 1]\n'),
    '7:31',
    'thresholds[1]: must be a text such as',
  ],
  ['a threshold of two lines', and('thresholds: ["violations\\n== 0"]\n'), '7:14', 'thresholds[0]: must be one line'],

  [
    'an address on the site real',
    real('address: here'),
    '4:12',
    'the site real starts its own system: leave the address out',
  ],
  [
    'a pin on the site real',
    real('expect: { cluster: a }'),
    '4:11',
    'the site real starts its own system: leave the pin out',
  ],
  [
    'an address on the site containers',
    real('address: here').replace('real', 'containers'),
    '4:12',
    'the site containers starts its own system: leave the address out',
  ],
  [
    'servers on the site remote',
    remote('servers: 3'),
    '5:12',
    'a system that runs already has its servers: leave it out',
  ],
  ['no hosts on the site remote', MINIMAL.replace('real', 'remote'), '2:3', 'target.allow: must list the hosts'],
  [
    'hosts by default on the default site',
    MINIMAL.replace('  site: real\n', ''),
    '2:3',
    'target.allow: must list the hosts',
  ],
  ['an empty address', remote('address: ""'), '5:12', 'target.address: must not be empty'],
  [
    'an address as a number',
    remote('address: 5432'),
    '5:12',
    'target.address: must be a text, or one of { env: NAME }',
  ],
  [
    'an address from nowhere',
    remote('address: { vault: a }'),
    '5:12',
    'target.address: must be a text, or one of { env: NAME }',
  ],
  [
    'an address from two places',
    remote('address: { env: A, file: b }'),
    '5:22',
    'target.address: Unrecognized key: "file"',
  ],
  ['an address from a number', remote('address: { env: 1 }'), '5:19', 'target.address.env: expected string'],
  [
    'an address that a text prints',
    remote('address: { command: ls }'),
    '5:23',
    'target.address.command: expected array',
  ],
  ['an empty cluster', remote('expect: { cluster: "" }'), '5:22', 'target.expect.cluster: must not be empty'],
]

test.each(MALFORMED)('%s: one sentence with line and column', (_name, text, place, part) => {
  let thrown: unknown
  try {
    parse(text)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ name: 'UsageError' })
  const { message } = thrown as Error
  expect(message.slice(0, message.indexOf(': '))).toBe(`chaos.yaml:${place}`)
  expect(message).toContain(part)
  expect(message).toMatch(/^[^\r\n]+[^.]\.$/)
  expect(message).not.toMatch(/received undefined|Invalid input/)
})

describe('a chaos file', () => {
  test('as --init writes it', () => {
    expect(parse(CHAOS_TEMPLATE)).toMatchObject({
      target: { adapter: './my-bus.ts', site: 'remote', address: { env: 'STAGING' }, allow: ['127.0.0.1'] },
      load: {
        rate: 50,
        ramp: 10_000,
        keys: { count: 1_000, skew: 1 },
        size: { least: 100, most: 10_000 },
        handlers: { failing: 0.01, hopeless: 0, permanent: 0.005, slow: 0.01, slowFor: 200 },
      },
      duration: 600_000,
      epoch: 30_000,
      faults: { lasts: { least: 1_000, most: 5_000 }, rest: { least: 3_000, most: 10_000 }, roles: ROLES },
      thresholds: [{ bound: 0 }, { bound: 30_000 }, { bound: 20 }, { bound: 10_000, over: 60_000 }],
      guards: [],
      stop: { file: './stop-chaos' },
    })
  })

  test('as --init writes it, with its examples', () => {
    const text = CHAOS_TEMPLATE.replace('guards: []', 'guards:').replaceAll(/^ {2}# (?=- |expect)/gm, '  ')
    const { guards, target } = parse(text)
    expect(target.expect).toEqual({ cluster: 'ID' })
    expect(guards).toEqual([
      { http: 'http://127.0.0.1:8080/health', every: 5_000 },
      { command: ['./is-somebody-testing.sh'], every: 10_000 },
      { promql: 'sum(rate(errors[1m]))', at: 'http://127.0.0.1:9090', below: 1, every: 10_000 },
    ])
  })

  test('that says only what it must gets the defaults', () => {
    expect(parse(MINIMAL)).toEqual({
      target: { adapter: 'memory', site: 'real', allow: [], toxiproxy: 'auto' },
      load: {
        rate: 50,
        ramp: 0,
        producers: 1,
        nodes: 2,
        topics: 1,
        partitions: 3,
        keys: { count: 100, skew: 0 },
        size: { least: 100, most: 1_000 },
        groups: 1,
        members: 1,
        handlers: { failing: 0, hopeless: 0, permanent: 0, slow: 0, slowFor: 200 },
      },
      duration: 60_000,
      epoch: 30_000,
      seed: 1,
      faults: {
        roles: [...ROLES],
        kinds: [],
        atOnce: 1,
        lasts: { least: 1_000, most: 5_000 },
        rest: { least: 3_000, most: 10_000 },
      },
      settings: {},
      thresholds: [],
      guards: [],
    })
  })

  test('that has faults, and says no kinds, gets kinds that every target can have', () => {
    expect(parse(and('faults: {}\n')).faults.kinds).toEqual(['refuse', 'reset', 'black-hole', 'latency'])
  })

  test('is for a system that runs already, unless it says otherwise', () => {
    expect(parse(remote('address: a').replace('  site: remote\n', '')).target.site).toBe('remote')
  })

  test('takes one value for both ends of a range', () => {
    expect(parse(load('size: 1KiB')).load.size).toEqual({ least: 1_024, most: 1_024 })
    expect(parse(load('size: 12')).load.size).toEqual({ least: 12, most: 12 })
    expect(parse(load('size: { least: 1, most: 0.01MB }')).load.size).toEqual({ least: 1, most: 10_000 })
    expect(parse(and('faults: { lasts: 2s, rest: 0s }\n')).faults).toMatchObject({
      lasts: { least: 2_000, most: 2_000 },
      rest: { least: 0, most: 0 },
    })
  })

  test('takes shares that are 100% together, however fractions add up', () => {
    const { handlers } = parse(load('handlers: { hopeless: 33%, permanent: 56%, slow: 11% }')).load
    expect(handlers.failing + handlers.hopeless + handlers.permanent + handlers.slow).toBeGreaterThan(1)
  })

  test('takes the most that an epoch may hold', () => {
    expect(parse(`${rate('2000/s')}epoch: 5s\n`)).toMatchObject({ epoch: 5_000, load: { rate: 2_000 } })
  })

  test('takes an address from each source', () => {
    for (const address of ['here:9092', { env: 'A' }, { file: './a' }, { command: ['pass', 'show', 'a'] }])
      expect(parse(remote(`address: ${JSON.stringify(address)}`)).target.address).toEqual(address)
  })

  test('is JSON too', () => {
    const { duration } = parse('{"target":{"adapter":"memory","site":"real"},"load":{"rate":"1/s"},"duration":"90s"}')
    expect(duration).toBe(90_000)
  })
})
