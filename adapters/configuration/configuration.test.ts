import { inspect } from 'node:util'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { SettingSources } from '../../harness/adapter.ts'
import { type ConfigurationError, createConfiguration } from './index.ts'

const NONE: SettingSources = { file: null, environment: {}, arguments: {} }
const PORTS = z.int().min(1).max(65_535)

const bus = createConfiguration({
  settings: {
    WAIT: { type: z.number().min(0.5).max(10), default: 2, text: 'Wait, s' },
    PORT: { type: PORTS, default: 5432, text: 'Port' },
    FAST: { type: z.boolean(), default: false, text: 'Whether | how' },
    MODE: { type: z.enum(['one', 'two', 'three']), default: 'one', text: 'Mode' },
    HOST: {
      type: z.string().min(1),
      default: 'localhost',
      text: 'Host',
      examples: { right: ['h'], wrong: [''] },
    },
    TOPIC: { type: z.string(), default: null, text: 'Topic' },
    PASSWORD: { type: z.string().min(8), default: null, allowed: 'at least 8 characters', secret: true, text: 'Word' },
  },
  conflicts: [
    { values: { FAST: [true], MODE: ['two'] }, why: 'two cannot be fast' },
    { values: { WAIT: { above: 9 }, PASSWORD: ['hush-hush'] }, why: 'the word is short-lived' },
  ],
  environments: {
    variables: ['STAGE', 'NODE_ENV'],
    names: { production: ['prod', 'live'], test: ['test'] },
    otherwise: 'development',
    defaults: { production: { WAIT: 5, PASSWORD: 'production' }, test: { TOPIC: 'tests' } },
  },
})

function refused(sources: Partial<SettingSources>): ConfigurationError {
  try {
    bus.read({ ...NONE, ...sources })
  } catch (error) {
    return error as ConfigurationError
  }
  throw new Error('it was not refused')
}

const given = { WAIT: 0.75, PORT: 1, FAST: true, MODE: 'three', HOST: 'h', TOPIC: 'yes: 1', PASSWORD: 'long enough' }
const asText = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))

test('without sources, defaults have effect', () => {
  const { configuration, values } = bus.resolve(NONE)
  expect(values).toEqual({
    ...{ WAIT: 2, PORT: 5432, FAST: false, MODE: 'one', HOST: 'localhost', TOPIC: null, PASSWORD: null },
  })
  expect(Object.keys(configuration.settings)).toEqual(Object.keys(values))
  expect(configuration.settings['WAIT']).toEqual({ value: 2, from: 'default' })
  expect(configuration.settings['PASSWORD']).toEqual({ value: null, from: 'default' })
  expect(bus.read(NONE)).toEqual(configuration)
})

test.each([
  ['file', { file: JSON.stringify(given) }],
  ['file', { file: 'WAIT: 0.75\nPORT: 1\nFAST: true\nMODE: three\nHOST: h\nTOPIC: "yes: 1"\nPASSWORD: long enough\n' }],
  ['environment', { environment: asText }],
  ['argument', { arguments: given }],
] as const)('the same values from each source are the same: %s', (from, sources) => {
  const { configuration, values } = bus.resolve({ ...NONE, ...sources })
  expect(values).toEqual(given)
  const told = Object.entries({ ...given, PASSWORD: '***' })
  expect(configuration.settings).toEqual(Object.fromEntries(told.map(([name, value]) => [name, { value, from }])))
})

test('each source overrides those before it', () => {
  const sources = {
    file: 'WAIT: 3\nPORT: 3\nHOST: file',
    environment: { PORT: '4', HOST: 'environment' },
    arguments: { HOST: 'argument' },
  }
  const { settings } = bus.read(sources)
  expect([settings['MODE'], settings['WAIT'], settings['PORT'], settings['HOST']]).toEqual([
    { value: 'one', from: 'default' },
    { value: 3, from: 'file' },
    { value: 4, from: 'environment' },
    { value: 'argument', from: 'argument' },
  ])
})

test('values have the types of their settings', () => {
  const { values } = bus.resolve(NONE)
  expectTypeOf(values.WAIT).toEqualTypeOf<number>()
  expectTypeOf(values.FAST).toEqualTypeOf<boolean>()
  expectTypeOf(values.MODE).toEqualTypeOf<'one' | 'two' | 'three'>()
  expectTypeOf(values.TOPIC).toEqualTypeOf<string | null>()
  // @ts-expect-error: the default is no number
  createConfiguration({ settings: { PORT: { type: PORTS, default: '80', text: 'Port' } } })
})

test.each([
  ['WAIT', '2', 2],
  ['WAIT', '02.50', 2.5],
  ['FAST', 'true', true],
  ['FAST', 'Yes', true],
  ['FAST', 'ON', true],
  ['FAST', '1', true],
  ['TOPIC', '', ''],
  ['TOPIC', ' true ', ' true '],
] as const)('a variable %s with "%s" is %j', (name, text, value) => {
  expect(bus.resolve({ ...NONE, environment: { [name]: text } }).values[name]).toBe(value)
})

test.each(['false', 'No', 'OFF', '0'])('FAST is false if the variable is "%s"', (text) => {
  const { settings } = bus.read({ file: 'FAST: true', environment: { FAST: text }, arguments: {} })
  expect(settings['FAST']).toEqual({ value: false, from: 'environment' })
})

test.each(['0x5', '1e0', '1e3x', ' 2', '2 ', '1 0', '+2', '2.', '.5', '1_0', 'NaN', 'Infinity', '9'.repeat(400), '٣'])(
  'a variable with "%s" is no number from 0.5 to 10',
  (text) => {
    expect(refused({ environment: { WAIT: text } }).message).toMatch(/^WAIT must be a number from 0.5 to 10, but is /)
  },
)

test('an empty variable is not given, unless its setting is text', () => {
  const environment = { WAIT: '', FAST: '', MODE: '' }
  expect(bus.read({ ...NONE, file: 'MODE: two', environment }).settings['MODE']?.from).toBe('file')
  expect(refused({ environment: { HOST: '' } }).problems).toEqual([
    'HOST must be text, but is the text "" in the environment',
  ])
})

test('only its own variables are read, and only those that the environment itself has', () => {
  const environment = Object.assign(Object.create({ WAIT: 'inherited', STAGE: 'prod' }), {
    WAITS: 'x',
    constructor: 'x',
  })
  expect(bus.read({ ...NONE, environment })).toEqual(bus.read(NONE))
})

test('an argument that is undefined is not given', () => {
  expect(bus.read({ ...NONE, arguments: { WAIT: undefined as never } })).toEqual(bus.read(NONE))
})

test.each([
  ['', 'an empty file'],
  ['# WAIT: 3\n', 'a file of comments'],
])('%j gives nothing', (file) => {
  expect(bus.read({ ...NONE, file })).toEqual(bus.read(NONE))
})

test.each([
  ['WAIT: 3\nWAIT: 3', 'WAIT must be given once, but is repeated in the file (2:1)'],
  ['WAIT: 3\n? {a: 1}\n: 4', 'a list or mapping in the file (2:3) is no setting'],
  ['- WAIT', 'the file must be a mapping of names to values (1:1)'],
  ['\nWAIT', 'the file must be a mapping of names to values (2:1)'],
  ['WAIT: "30', 'the file is not valid YAML (1:10): missing char'],
  ['WAIT: 3\n\tPORT: 3', 'the file is not valid YAML (2:1): tab as indent'],
  ['WAIT: 3\n---\nWAIT: 4', 'the file is not valid YAML (2:1): multiple docs'],
  ['WAIT: !secret 3', 'the file is not valid YAML (1:7): tag resolve failed'],
  ['HOST: *nobody', 'HOST must be text, but is nothing in the file (1:1)'],
  ['HOST:', 'HOST must be text, but is nothing in the file (1:1)'],
  ['{HOST}', 'HOST must be text, but is nothing in the file (1:2)'],
  ['HOST: [a]', 'HOST must be text, but is a list or mapping in the file (1:1)'],
  ['MODE: {}', 'MODE must be "one", "two" or "three", but is a list or mapping in the file (1:1)'],
  ['WAIT: .nan', 'WAIT must be a number from 0.5 to 10, but is the number NaN in the file (1:1)'],
  ['1: 2', '1 in the file (1:1) is no setting'],
  ['wait: 2', 'wait in the file (1:1) is no setting; the nearest is WAIT'],
  ['__proto__: 2', '__proto__ in the file (1:1) is no setting'],
  ['constructor: 2', 'constructor in the file (1:1) is no setting'],
  ['toString: 2', 'toString in the file (1:1) is no setting'],
  ['"a\\nb\\u009b": 2', '"a\\nb\\u{9b}" in the file (1:1) is no setting'],
])('the file %j is refused', (file, sentence) => {
  expect(refused({ file }).problems).toEqual([sentence])
})

test('an alias stands for its value', () => {
  expect(bus.read({ ...NONE, file: 'HOST: &h here\nTOPIC: *h' }).settings['TOPIC']?.value).toBe('here')
})

test.each([
  ['{"__proto__": 2}', '__proto__ as an argument is no setting'],
  ['{"constructor": 2}', 'constructor as an argument is no setting'],
  ['{"POTR": 2}', 'POTR as an argument is no setting; the nearest is PORT'],
  ['{"PTR": 2}', 'PTR as an argument is no setting; the nearest is PORT'],
  ['{"HOT": 2}', 'HOT as an argument is no setting; the nearest is HOST'],
  ['{"PASSXXWORD": 2}', 'PASSXXWORD as an argument is no setting; the nearest is PASSWORD'],
  ['{"PAWORD": 2}', 'PAWORD as an argument is no setting; the nearest is PASSWORD'],
  ['{"FASTER": 2}', 'FASTER as an argument is no setting; the nearest is FAST'],
  ['{"FASTEST": 2}', 'FASTEST as an argument is no setting'],
  ['{"PORTS": 2}', 'PORTS as an argument is no setting; the nearest is PORT'],
  ['{"PORT": "2"}', 'PORT must be a whole number from 1 to 65535, but is the text "2" as an argument'],
  ['{"FAST": "true"}', 'FAST must be true or false, but is the text "true" as an argument'],
  ['{"HOST": null}', 'HOST must be text, but is nothing as an argument'],
])('the arguments %s are refused', (given, sentence) => {
  expect(refused({ arguments: JSON.parse(given) }).problems).toEqual([sentence])
})

test('a value that no source but code can give', () => {
  const given = { HOST: (() => 'h') as never, PORT: 1n as never }
  expect(refused({ arguments: given }).problems).toEqual([
    'HOST must be text, but is a function as an argument',
    'PORT must be a whole number from 1 to 65535, but is a bigint as an argument',
  ])
})

test('every problem is told, also of overridden values, in the shape of the contract', () => {
  const error = refused({
    file: 'WAIT: 0\nPORTS: 1\nFAST: true\nMODE: two',
    environment: { WAIT: '11', PORT: 'x' },
    arguments: { WAIT: 1 },
  })
  expect(error.problems).toEqual([
    'WAIT must be a number from 0.5 to 10, but is the number 0 in the file (1:1)',
    'PORTS in the file (2:1) is no setting; the nearest is PORT',
    'WAIT must be a number from 0.5 to 10, but is the number 11 in the environment',
    'PORT must be a whole number from 1 to 65535, but is the text "x" in the environment',
    'FAST is true in the file (3:1) and MODE is "two" in the file (4:1), but two cannot be fast',
  ])
  expect(error.message).toBe(`${error.problems[0]} (and 4 more: PORTS, WAIT, PORT, FAST with MODE)`)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION', retryable: false, effect: 'none' })
})

test('a broken file does not hide what is wrong elsewhere', () => {
  const { problems } = refused({ file: 'WAIT: [', environment: { WAIT: 'x' }, arguments: { x: 1 } })
  expect(problems).toHaveLength(3)
})

test('a conflict tells each value and its source; it is not judged by wrong values', () => {
  const sources = { environment: { MODE: 'two' }, arguments: { FAST: true } }
  expect(refused(sources).message).toBe(
    'FAST is true as an argument and MODE is "two" in the environment, but two cannot be fast',
  )
  expect(refused({ file: 'WAIT: 9.5\nPASSWORD: hush-hush' }).message).toBe(
    'WAIT is 9.5 in the file (1:1) and PASSWORD is *** in the file (2:1), but the word is short-lived',
  )
  expect(bus.read({ ...NONE, file: 'WAIT: 9\nPASSWORD: hush-hush' }).settings['WAIT']?.value).toBe(9)
  expect(refused({ ...sources, file: 'MODE: four' }).problems).toEqual([
    'MODE must be "one", "two" or "three", but is the text "four" in the file (1:1)',
  ])
})

test.each([
  [{}, 'development'],
  [{ STAGE: 'prod', NODE_ENV: 'test' }, 'production'],
  [{ STAGE: ' LIVE\t' }, 'production'],
  [{ STAGE: 'production', NODE_ENV: 'test' }, 'test'],
  [{ STAGE: '', NODE_ENV: 'Test' }, 'test'],
  [{ STAGE: '__proto__', NODE_ENV: 'constructor' }, 'development'],
])('in %j the environment is %s', (environment: Record<string, string>, found) => {
  expect(bus.read({ ...NONE, environment }).environment).toBe(found)
})

test('an environment has its own defaults, which any source overrides', () => {
  const environment = { STAGE: 'prod' }
  const { configuration, values } = bus.resolve({ ...NONE, environment })
  expect(configuration.settings['WAIT']).toEqual({ value: 5, from: 'default' })
  expect([values.WAIT, values.PORT, values.PASSWORD]).toEqual([5, 5432, 'production'])
  expect(bus.resolve({ ...NONE, file: 'WAIT: 3', environment }).values.WAIT).toBe(3)
  expect(bus.resolve({ ...NONE, environment: { STAGE: 'test' } }).values).toMatchObject({ WAIT: 2, TOPIC: 'tests' })
})

test('without environments there is none; the default of a secret is one, too', () => {
  const key = { type: z.string(), default: 'changeit', text: 'Key', secret: true } as const
  const plain = createConfiguration({ settings: { PORT: { type: PORTS, default: 80, text: 'Port' }, KEY: key } })
  const configuration = plain.read({ ...NONE, environment: { STAGE: 'prod' } })
  expect(configuration).toEqual({
    environment: null,
    settings: { PORT: { value: 80, from: 'default' }, KEY: { value: '***', from: 'default' } },
  })
  expect(plain.page()).toContain('| `KEY` | *** | text | Key (secret) |')
})

test.each([
  ['in the file', { file: 'PASSWORD: hunter2' }],
  ['as a number in the file', { file: 'PASSWORD: 47110815' }],
  ['repeated', { file: 'PASSWORD: hunter2\nPASSWORD: hunter2hunter2' }],
  ['nested', { file: 'PASSWORD: {is: hunter2}' }],
  ['under a misspelled name', { file: 'PASWORD: hunter2hunter2', arguments: { PASSWRD: 'hunter2hunter2' } }],
  ['in a file that is no YAML', { file: 'PASSWORD: "hunter2\n  hunter2: - [' }],
  ['as the whole file', { file: 'hunter2' }],
  ['as a key', { file: '? {PASSWORD: hunter2}\n: 3\n"postgres://u:p/hunter2@h/d": 3' }],
  ['in the environment', { environment: { PASSWORD: 'hunter2' } }],
  ['as an argument', { arguments: { PASSWORD: 'hunter2' } }],
  ['in a conflict', { arguments: { PASSWORD: 'hunter2hunter2', FAST: true, MODE: 'two' } }],
  ['in an address', { arguments: { MODE: 'postgres://user:p@hunter2/47110815@host/database' } }],
  ['on two lines', { arguments: { MODE: 'user:hunter2\n@host' } }],
  ['in an address without a scheme', { arguments: { MODE: 'user:hunter2@host' } }],
  ['in options', { arguments: { MODE: 'host=h password=hunter2' } }],
] as const)('a secret is not told: %s', (_, sources) => {
  const error = refused(sources)
  const told = [error.message, ...error.problems, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true })]
  expect(told.join('\n')).not.toMatch(/hunter2|47110815/)
})

test('a configuration tells no secret, and values have it', () => {
  const { configuration, values } = bus.resolve({ ...NONE, arguments: { PASSWORD: 'hunter2hunter2' } })
  const told = [JSON.stringify(configuration), inspect(configuration, { depth: 9, showHidden: true })]
  expect([...told, bus.page()].join('\n')).not.toContain('hunter2')
  expect(configuration.settings['PASSWORD']).toEqual({ value: '***', from: 'argument' })
  expect(values.PASSWORD).toBe('hunter2hunter2')
})

test('a long value is cut', () => {
  const { message } = refused({ arguments: { MODE: 'x'.repeat(1_000_000), ['y'.repeat(1_000_000)]: 1 } })
  expect(message).toContain(`but is the text "${'x'.repeat(100)}…" as an argument`)
  expect(message.length).toBeLessThan(400)
})

test('the page has every setting, with the defaults that differ by environment', () => {
  expect(bus.page()).toBe(`| setting | default | allowed | meaning |
| --- | --- | --- | --- |
| \`WAIT\` | 2; production: 5 | a number from 0.5 to 10 | Wait, s |
| \`PORT\` | 5432 | a whole number from 1 to 65535 | Port |
| \`FAST\` | false | true or false | Whether \\| how |
| \`MODE\` | "one" | "one", "two" or "three" | Mode |
| \`HOST\` | "localhost" | text | Host |
| \`TOPIC\` | none; test: "tests" | text | Topic |
| \`PASSWORD\` | none; production: *** | at least 8 characters | Word (secret) |
`)
})

test('the claim says the same', () => {
  expect(bus.claim({ WAIT: { path: 'publish.timeout', times: 1_000 } })).toEqual({
    settings: {
      WAIT: { type: 'number', default: 2, least: 0.5, most: 10, figure: { path: 'publish.timeout', times: 1_000 } },
      PORT: { type: 'number', default: 5432, least: 1, most: 65_535, whole: true },
      FAST: { type: 'boolean', default: false },
      MODE: { type: 'choice', default: 'one', values: ['one', 'two', 'three'] },
      HOST: { type: 'text', default: 'localhost', right: ['h'], wrong: [''] },
      TOPIC: { type: 'text', default: null, right: ['text'], wrong: [] },
      PASSWORD: { type: 'text', default: null, right: ['not to be told'], wrong: [], secret: true },
    },
    conflicts: [
      { FAST: [true], MODE: ['two'] },
      { WAIT: { above: 9 }, PASSWORD: ['hush-hush'] },
    ],
    environments: {
      variables: ['STAGE', 'NODE_ENV'],
      names: { production: ['prod', 'live'], test: ['test'] },
      otherwise: 'development',
      defaults: { production: { WAIT: 5, PASSWORD: 'production' }, test: { TOPIC: 'tests' } },
    },
  })
  const flags = createConfiguration({ settings: { FAST: { type: z.boolean(), default: null, text: '' } } })
  expect(flags.claim()).toEqual({ settings: { FAST: { type: 'boolean', default: null } } })
})

const number = z.number()
test.each([
  ['without bounds', { type: number.min(0), default: 1, allowed: 'any' }, 'A is claimed without both bounds'],
  [
    'that ends below its bound',
    { type: number.min(0).lt(5), default: 1 },
    'A is claimed with the bound 5, which its type refuses',
  ],
  [
    'with another default',
    { type: number.min(0).max(5), default: 6 },
    'A is claimed with the default 6, which its type refuses',
  ],
  [
    'with a text that is refused',
    { type: z.string().min(9), default: null, examples: { right: ['short'], wrong: [] } },
    'A is claimed with the right text "short", which its type refuses',
  ],
  [
    'with a text that is taken',
    { type: z.string(), default: null, examples: { right: ['a'], wrong: ['b'] } },
    'A is claimed with the wrong text "b", which its type takes',
  ],
] as const)('a setting %s cannot be claimed', (_, setting, sentence) => {
  const configuration = createConfiguration({ settings: { A: { text: '', ...setting } } } as never)
  expect(() => configuration.claim()).toThrow(sentence)
})

test('what is allowed has the bounds that there are', () => {
  const refusing = (type: z.ZodNumber, value: number | string): string => {
    const { read } = createConfiguration({ settings: { A: { type, default: null, text: '' } } })
    try {
      read({ ...NONE, arguments: { A: value } })
    } catch (error) {
      return (error as Error).message
    }
    return 'taken'
  }
  expect(refusing(number, 'x')).toMatch(/^A must be a number, but/)
  expect(refusing(z.int(), 1.5)).toMatch(/^A must be a whole number, but/)
  expect(refusing(number.min(2), 1)).toMatch(/^A must be a number of at least 2, but/)
  expect(refusing(number.max(2), 3)).toMatch(/^A must be a number of at most 2, but/)
})

test('of many problems the first names are told', () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`NAME_${index}`, 1]))
  const { message, problems } = refused({ arguments: many })
  expect(problems).toHaveLength(2_000)
  expect(message).toMatch(/\(and 1999 more: NAME_1, .*NAME_9, …\)$/)
})
