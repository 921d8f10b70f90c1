import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { STORY_CLAIMS } from '../check/testing/claims.case.ts'
import type { ResolvedClaims } from '../claims.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { exampleConfiguration } from './configuration.case.ts'
import { configuration } from './configuration.ts'
import { caseOf, settingsFor, sourcesOf, withoutFigures } from './configuration-cases.ts'
import type { ConfigurationClaim, SettingClaim } from './configuration-claim.ts'
import { environmentIn } from './configuration-rules.ts'

const { settings } = exampleConfiguration
const environments = {
  variables: ['ENV'],
  names: { production: ['prod'], development: ['dev'] },
  otherwise: 'development',
  defaults: { production: { THRESHOLD: 5 } },
}
const only = (claim: Partial<ConfigurationClaim>): ConfigurationClaim => ({ settings, ...claim })
const withTimeout = (changes: object): ConfigurationClaim =>
  ({ settings: { TIMEOUT: { ...settings.TIMEOUT, ...changes } } }) as ConfigurationClaim

test.each([
  [exampleConfiguration, null],
  [withTimeout({ default: 0 }), 'configuration.settings.TIMEOUT: its default, 0, is not allowed.'],
  [
    { settings: { GROUP: { type: 'text', default: null, right: ['a'], wrong: ['a'] } } },
    'configuration.settings.GROUP: its right value, "a", is not allowed.',
  ],
  [
    only({ environments: { ...environments, defaults: { production: { THRESHOLD: 50 } } } }),
    'configuration.settings.THRESHOLD: its default for production, 50, is not allowed.',
  ],
  [
    only({ environments: { ...environments, defaults: { production: { LIMIT: 50 } } } }),
    'configuration.environments.defaults names LIMIT, which is no setting.',
  ],
  [
    only({ environments: { ...environments, defaults: { staging: {} } } }),
    'configuration.environments.defaults has staging, which no variable can name.',
  ],
  [only({ conflicts: [{ ACKS: ['1'] }] }), 'configuration.conflicts has an entry of fewer than two settings.'],
  [only({ conflicts: [{ ACKS: ['1'], LIMIT: [1] }] }), 'configuration.conflicts names LIMIT, which is no setting.'],
  [
    only({ conflicts: [{ ACKS: ['1'], THRESHOLD: { above: 20 } }] }),
    'configuration.conflicts gives THRESHOLD values that it must not have anyway.',
  ],
  [
    only({ conflicts: [{ ACKS: ['all'], IDEMPOTENT: [true] }] }),
    'configuration.conflicts: the defaults of ACKS and IDEMPOTENT conflict.',
  ],
  [
    only({ environments, conflicts: [{ ACKS: ['all'], THRESHOLD: { above: 4 } }] }),
    'configuration.conflicts: the defaults of ACKS and THRESHOLD conflict.',
  ],
  [
    { settings: { '1': { type: 'boolean', default: true } } },
    'configuration.settings.1: a name begins with a letter, and has letters, digits, _, . and - only.',
  ],
  [
    { settings: { ['__proto__']: { type: 'boolean', default: true } } },
    'configuration.settings.__proto__: a name begins with a letter, and has letters, digits, _, . and - only.',
  ],
  [
    { settings: { ENV: { type: 'boolean', default: true } }, environments: { ...environments, defaults: {} } },
    'configuration.settings.ENV is also among configuration.environments.variables; it must be one of the two.',
  ],
  [
    withTimeout({ least: 1e-7 }),
    'configuration.settings.TIMEOUT: its bounds and its default must be numbers that are written without an exponent.',
  ],
  [
    { settings: { COUNT: { type: 'number', default: 1, least: 0, most: 2 ** 54, whole: true } } },
    'configuration.settings.COUNT: its bounds and its default must be numbers that are written without an exponent.',
  ],
  [withTimeout({ least: 300 }), 'configuration.settings.TIMEOUT: its least is not below its most.'],
  [
    { settings: { PASSWORD: { ...settings.PASSWORD, right: ['short'] } } },
    'configuration.settings.PASSWORD: "short" is no text to find a secret by; give one of at least 6 characters that stands nowhere else.',
  ],
  [
    { settings: { PASSWORD: settings.PASSWORD, GROUP: { ...settings.GROUP, right: ['a swordfish'] } } },
    'configuration.settings.PASSWORD: "swordfish" is no text to find a secret by; give one of at least 6 characters that stands nowhere else.',
  ],
  [
    { settings: { DEAD_LETTER_TOPIC: settings.DEAD_LETTER_TOPIC } },
    'configuration.settings has nothing that must be refused; give a text values that are wrong.',
  ],
  [
    only({ environments: { ...environments, names: { production: ['prod'], staging: ['prod'] } } }),
    'configuration.environments.names has "prod" twice.',
  ],
  [
    only({ conflicts: [{ IDEMPOTENT: [true], TIMEOUT: { above: 60 } }] }),
    'configuration.settings.TIMEOUT decides publish.timeout, so it cannot be in a conflict: every value of the figure must go with all else.',
  ],
  [
    withTimeout({ figure: { path: 'publish.times', times: 1 } }),
    'configuration.settings.TIMEOUT decides publish.times, which is no figure of the claims.',
  ],
  [
    withTimeout({ least: 1 }),
    'configuration.settings.TIMEOUT decides publish.timeout, which may be 50, but the setting may not be 0.05.',
  ],
  [
    withTimeout({ least: 0, whole: true, figure: { path: 'publish.timeout', times: 50 } }),
    'configuration.settings.TIMEOUT decides publish.timeout, which may be 60000, but the setting may not be 1200.',
  ],
  [
    withTimeout({ most: 1_200, whole: true, figure: { path: 'publish.timeout', times: 50 }, least: 1 }),
    'configuration.settings.TIMEOUT is a whole number, so it cannot decide every publish.timeout; claim it as fixed.',
  ],
] as const)('%j', (claim, sentence) => {
  expect(configuration.contradiction(claim as ConfigurationClaim, exampleClaims)).toBe(sentence)
})

test.each([
  [{}, /settings/],
  [{ settings: {} }, /must hold a setting/],
  [{ settings: { A: { type: 'number', default: 1, min: 0, max: 2 } } }, /least/],
  [{ settings: { A: { type: 'choice', default: 'a', values: [] } } }, /values/],
  [{ settings, conflicts: [{ ACKS: 'all' }] }, /must be values, such as \[true\], or \{ above: 5 \}/],
])('of another shape: %j', (claim, sentence) => {
  expect(configuration.shape().safeParse(claim).error?.message).toMatch(sentence)
})

const CASES = Array.from({ length: 3_000 }, (_, number) => ({ number, ...caseOf(exampleConfiguration, number) }))
const namesIn = (one: (typeof CASES)[number]): readonly string[] => [
  ...Object.keys(one.file ?? {}),
  ...Object.keys(one.environment),
  ...Object.keys(one.arguments),
]

describe('the cases', () => {
  test('are the same again', () => {
    for (const { number, ...one } of CASES.slice(0, 50)) expect(caseOf(exampleConfiguration, number)).toEqual(one)
  })

  test('give each setting in each source, allowed or not, and nothing at all', () => {
    for (const isRefused of [true, false])
      for (const source of ['file', 'environment', 'arguments'] as const)
        for (const name of Object.keys(settings)) {
          const found = CASES.filter((one) => one.isRefused === isRefused && Object.hasOwn(one[source] ?? {}, name))
          expect(found.length, `${isRefused} ${source} ${name}`).toBeGreaterThan(20)
        }
    expect(CASES.filter((one) => namesIn(one).length === 0).length).toBeGreaterThan(50)
  })

  test('reach what lies beside each range, what is no number, an unknown name, and the conflict', () => {
    const values = (name: string) =>
      new Set(CASES.filter(({ isRefused }) => isRefused).flatMap((one) => one.arguments[name] ?? []))
    expect([...values('THRESHOLD')]).toEqual(expect.arrayContaining([0, 21, -18, 39, 'many', '10x', 1.5]))
    expect([...values('TIMEOUT')]).toEqual(expect.arrayContaining([0.005, -2.99, 303, 599.99, '150x']))
    expect([...values('GROUP')]).toEqual(expect.arrayContaining(['', 'a\tb']))
    expect(CASES.filter(({ file }) => Object.keys(file ?? {}).includes('TIMEOUTS')).length).toBeGreaterThan(2)
    const conflicting = CASES.filter(
      ({ isRefused, file, environment, arguments: given }) =>
        isRefused && ['1', '0'].includes(String(given.ACKS ?? environment.ACKS ?? file?.ACKS)),
    )
    expect(conflicting.length).toBeGreaterThan(20)
    // Also with the default of the other side.
    expect(conflicting.filter((one) => !namesIn(one).includes('IDEMPOTENT')).length).toBeGreaterThan(10)
  })

  test('never leave a variable of the environment empty that a setting is named after', () => {
    for (const { environment } of CASES)
      for (const name of Object.keys(settings)) expect(environment[name]).not.toBe('')
  })

  test('name environments by each variable, after values that mean nothing, and by none', () => {
    const found = CASES.map(({ environment: { ENVIRONMENT, ENV } }) => `${ENVIRONMENT} ${ENV}`)
    expect(found).toEqual(
      expect.arrayContaining(['undefined prod', 'quality production', 'dev prod', 'undefined undefined']),
    )
  })
})

test('a file is YAML, and the other sources are as they are', () => {
  const given = { file: { A: '1: #x\n', B: 1.5, C: true }, environment: { D: '2' }, arguments: { E: 3 } }
  const { file, ...rest } = sourcesOf(given)
  expect(parse(file ?? '')).toEqual(given.file)
  expect(rest).toEqual({ environment: { D: '2' }, arguments: { E: 3 } })
  expect(sourcesOf({ ...given, file: null }).file).toBe(null)
})

const claims = { ...STORY_CLAIMS, configuration: exampleConfiguration }
const SETTINGS = Array.from({ length: 300 }, (_, node) => settingsFor(claims, `n${node}`)).flatMap((one) => one ?? [])

test('figures that settings decide are given by every source, and weaker ones give something else', () => {
  expect(SETTINGS).toHaveLength(300)
  const strongest = SETTINGS.map((one) => {
    if (one.arguments.TIMEOUT !== undefined) return ['argument', one.arguments.TIMEOUT]
    if (one.environment.TIMEOUT !== undefined) return ['environment', Number(one.environment.TIMEOUT)]
    return ['file', parse(one.file ?? '').TIMEOUT]
  })
  expect(new Set(strongest.map(([, value]) => value))).toEqual(new Set([0.1]))
  expect(new Set(strongest.map(([source]) => source))).toEqual(new Set(['argument', 'environment', 'file']))
  const overridden = SETTINGS.flatMap((one) => (one.arguments.TIMEOUT === undefined ? [] : [one.environment.TIMEOUT]))
  expect(new Set(overridden)).toEqual(new Set(['30', '0.01', '300', '150']))
  expect(settingsFor(STORY_CLAIMS, 'n1')).toBe(undefined)
})

test('environments are named, and one whose default is the value may decide instead', () => {
  const { settings: all } = exampleConfiguration
  const THRESHOLD = { ...all.THRESHOLD, figure: { path: 'breaker.trip.failures', times: 1 } } as SettingClaim
  const deciding = { ...exampleConfiguration, settings: { ...all, THRESHOLD } }
  const named = (failures: number) =>
    Array.from({ length: 300 }, (_, node) => {
      const breaker = { ...STORY_CLAIMS.breaker, trip: { when: 'consecutive-failures', failures } }
      return settingsFor({ ...claims, configuration: deciding, breaker } as ResolvedClaims, `n${node}`)
    }).filter((one) => !/THRESHOLD/.test(JSON.stringify(one)))
  // Its default is 5 in production and 2 elsewhere.
  const environmentsOf = (failures: number) =>
    new Set(named(failures).map((one) => environmentIn(deciding, one?.environment ?? {})))
  expect(environmentsOf(5)).toEqual(new Set(['production']))
  expect(environmentsOf(2)).toEqual(new Set(['development']))
  expect(named(3)).toEqual([])
})

test('an environment that is asked for is that of every bus', () => {
  const found = (wanted: string) =>
    Array.from({ length: 100 }, (_, node) => settingsFor(claims, `n${node}`, wanted)).map(
      (one) => one?.environment ?? {},
    )
  const environmentsOf = (wanted: string) =>
    new Set(found(wanted).map((variables) => environmentIn(exampleConfiguration, variables)))
  expect(environmentsOf('production')).toEqual(new Set(['production']))
  expect(environmentsOf('development')).toEqual(new Set(['development']))
  // It may also be the one of a bus that is given none.
  const isNamed = (variables: Readonly<Record<string, string>>): boolean =>
    (exampleConfiguration.environments?.variables ?? []).some((variable) => variables[variable] !== undefined)
  expect(found('production').every(isNamed)).toBe(true)
  expect(found('development').every(isNamed)).toBe(false)
})

test('an adapter sees another value of each figure that a setting decides', () => {
  expect(withoutFigures(claims)).toEqual({ ...claims, publish: { ...claims.publish, timeout: 30_000 } })
  const usual = { ...claims, publish: { ...claims.publish, timeout: 30_000 } }
  expect(withoutFigures(usual).publish.timeout).toBe(10)
  expect(withoutFigures(STORY_CLAIMS)).toBe(STORY_CLAIMS)
})
