import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SettingSources, SettingValue } from '../../harness/adapter.ts'
import type { ConfigurationError } from '../configuration/index.ts'
import { onexConfiguration } from './settings.ts'

const NONE: SettingSources = { file: null, environment: {}, arguments: {} }
const file = (text: string): SettingSources => ({ ...NONE, file: text })
const variable = (name: string, text: string): SettingSources => ({ ...NONE, environment: { [name]: text } })
const argument = (name: string, value: SettingValue): SettingSources => ({ ...NONE, arguments: { [name]: value } })

function refused(sources: SettingSources): ConfigurationError {
  try {
    onexConfiguration.read(sources)
  } catch (error) {
    return error as ConfigurationError
  }
  throw new Error('it was not refused')
}

type Values = Readonly<Record<string, SettingValue | null>>

const DEFAULTS: Values = {
  KAFKA_BOOTSTRAP_SERVERS: 'localhost:9092',
  KAFKA_ENVIRONMENT: 'local',
  KAFKA_GROUP: 'default',
  KAFKA_TIMEOUT_SECONDS: 30,
  KAFKA_MAX_RETRY_ATTEMPTS: 3,
  KAFKA_RETRY_BACKOFF_BASE: 1,
  KAFKA_CIRCUIT_BREAKER_THRESHOLD: 5,
  KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT: 30,
  KAFKA_CONSUMER_SLEEP_INTERVAL: 0.1,
  KAFKA_ACKS: 'all',
  KAFKA_ENABLE_IDEMPOTENCE: true,
  KAFKA_MAX_IN_FLIGHT_REQUESTS: 5,
  KAFKA_AUTO_OFFSET_RESET: 'latest',
  KAFKA_ENABLE_AUTO_COMMIT: true,
  KAFKA_COMMIT_AFTER_PROCESSING: false,
  KAFKA_DEAD_LETTER_TOPIC: null,
  POSTGRES_HOST: 'localhost',
  POSTGRES_PORT: 5432,
  POSTGRES_DATABASE: null,
  POSTGRES_USER: null,
  POSTGRES_PASSWORD: null,
  POSTGRES_SSL_CA: null,
  POSTGRES_SSL_CERT: null,
  POSTGRES_SSL_KEY: null,
  OTEL_EXPORTER_OTLP_ENDPOINT: null,
  OTEL_SERVICE_NAME: null,
  OTEL_TRACE_SAMPLE_RATE: 1,
  HEALTH_CHECK_PORT: 8080,
  HEALTH_CHECK_INTERVAL: 30,
  PROMETHEUS_METRICS_PORT: 9090,
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: 2,
  CIRCUIT_BREAKER_RECOVERY_TIMEOUT: 15,
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 1,
  CIRCUIT_BREAKER_TIMEOUT: 10,
  CIRCUIT_BREAKER_MAX_QUEUE_SIZE: 100,
  CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: false,
  CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: true,
}
const IN_PRODUCTION = {
  OTEL_TRACE_SAMPLE_RATE: 0.1,
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: 5,
  CIRCUIT_BREAKER_RECOVERY_TIMEOUT: 60,
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 3,
  CIRCUIT_BREAKER_TIMEOUT: 30,
  CIRCUIT_BREAKER_MAX_QUEUE_SIZE: 1000,
  CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: true,
  CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: true,
}
const IN_STAGING = {
  OTEL_TRACE_SAMPLE_RATE: 0.5,
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: 3,
  CIRCUIT_BREAKER_RECOVERY_TIMEOUT: 30,
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 2,
  CIRCUIT_BREAKER_TIMEOUT: 20,
  CIRCUIT_BREAKER_MAX_QUEUE_SIZE: 500,
  CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: true,
  CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: true,
}
const DEFAULTS_IN: Readonly<Record<'development' | 'staging' | 'production', Values>> = {
  development: DEFAULTS,
  staging: { ...DEFAULTS, ...IN_STAGING },
  production: { ...DEFAULTS, ...IN_PRODUCTION },
}

test.each([
  ['development', ''],
  ['staging', 'staging'],
  ['production', 'production'],
] as const)('defaults in %s are valid when they are given, too', (environment, ENVIRONMENT) => {
  const { configuration, values } = onexConfiguration.resolve({ ...NONE, environment: { ENVIRONMENT } })
  expect(configuration.environment).toBe(environment)
  expect(values).toEqual(DEFAULTS_IN[environment])
  expect(new Set(Object.values(configuration.settings).map(({ from }) => from))).toEqual(new Set(['default']))
  const given = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
  const again = onexConfiguration.resolve({ ...NONE, arguments: Object.fromEntries(given) })
  expect(again.values).toEqual(values)
})

test.each([
  [{}, 'development'],
  [{ ENVIRONMENT: 'prod' }, 'production'],
  [{ ENVIRONMENT: 'production' }, 'production'],
  [{ ENVIRONMENT: 'live' }, 'production'],
  [{ ENVIRONMENT: 'stage' }, 'staging'],
  [{ ENVIRONMENT: 'staging' }, 'staging'],
  [{ ENVIRONMENT: 'stg' }, 'staging'],
  [{ ENVIRONMENT: 'dev', ENV: 'prod' }, 'development'],
  [{ ENVIRONMENT: 'development', ENV: 'prod' }, 'development'],
  [{ ENVIRONMENT: 'local', ENV: 'prod' }, 'development'],
  [{ ENVIRONMENT: 'test', ENV: 'prod' }, 'development'],
  [{ ENVIRONMENT: ' PROD ' }, 'production'],
  [{ ENV: 'stg', DEPLOYMENT_ENV: 'prod' }, 'staging'],
  [{ DEPLOYMENT_ENV: 'stg', NODE_ENV: 'prod' }, 'staging'],
  [{ NODE_ENV: 'stg', OMNIBASE_ENV: 'prod' }, 'staging'],
  [{ OMNIBASE_ENV: 'stg', ONEX_ENV: 'prod' }, 'staging'],
  [{ ONEX_ENV: 'stg' }, 'staging'],
  [{ ENVIRONMENT: 'qa', ENV: '', DEPLOYMENT_ENV: 'canary', NODE_ENV: 'production' }, 'production'],
  [{ ENVIRONMENT: 'qa', ONEX_ENV: 'none' }, 'development'],
  [{ KAFKA_ENVIRONMENT: 'prod' }, 'development'],
])('with %j the environment is %s', (environment: Record<string, string>, found) => {
  expect(onexConfiguration.read({ ...NONE, environment }).environment).toBe(found)
})

test.each([
  ['KAFKA_BOOTSTRAP_SERVERS', 'kafka-1.example:9092,10.0.0.1:1,[::1]:65535'],
  ['KAFKA_GROUP', 'Überwachung @ night'],
  ['KAFKA_ACKS', '0'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://traces.example:4318/v1/traces?a=b'],
  ['HEALTH_CHECK_PORT', '0'],
  ['POSTGRES_PASSWORD', ' p@ss:/#"word '],
])('the variable %s may be "%s"', (name, text) => {
  const off = { KAFKA_ENABLE_IDEMPOTENCE: 'off' }
  const { values } = onexConfiguration.resolve({ ...NONE, environment: { ...off, [name]: text } })
  expect(String(values[name as keyof typeof values])).toBe(text)
})

const SERVERS = 'KAFKA_BOOTSTRAP_SERVERS must be host:port, or several with commas between them, but is'
const URL_ = 'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL without user and password, but is'

test.each([
  [variable('KAFKA_BOOTSTRAP_SERVERS', ''), `${SERVERS} the text "" in the environment`],
  [variable('KAFKA_BOOTSTRAP_SERVERS', 'localhost'), `${SERVERS} the text "localhost" in the environment`],
  [variable('KAFKA_BOOTSTRAP_SERVERS', 'a:0'), `${SERVERS} the text "a:0" in the environment`],
  [variable('KAFKA_BOOTSTRAP_SERVERS', 'a:65536'), `${SERVERS} the text "a:65536" in the environment`],
  [variable('KAFKA_BOOTSTRAP_SERVERS', 'a:1,'), `${SERVERS} the text "a:1," in the environment`],
  [variable('KAFKA_BOOTSTRAP_SERVERS', 'a:1, b:2'), `${SERVERS} the text "a:1, b:2" in the environment`],
  [argument('KAFKA_BOOTSTRAP_SERVERS', 'kafka://u:p@a:1'), `${SERVERS} the text "***@a:1" as an argument`],
  [file('KAFKA_BOOTSTRAP_SERVERS: [a:1]'), `${SERVERS} a list or mapping in the file (1:1)`],
  [file('KAFKA_BOOTSTRAP_SERVERS: 9092'), `${SERVERS} the number 9092 in the file (1:1)`],
  [
    variable('KAFKA_ENVIRONMENT', ''),
    'KAFKA_ENVIRONMENT must be non-empty text without control characters, but is the text "" in the environment',
  ],
  [
    file('KAFKA_ENVIRONMENT: ""'),
    'KAFKA_ENVIRONMENT must be non-empty text without control characters, but is the text "" in the file (1:1)',
  ],
  [
    argument('KAFKA_GROUP', 'a\nb'),
    'KAFKA_GROUP must be non-empty text without control characters, but is the text "a\\nb" as an argument',
  ],
  [
    variable('KAFKA_GROUP', 'a\u0085b'),
    'KAFKA_GROUP must be non-empty text without control characters, but is the text "a\\u{85}b" in the environment',
  ],
  [
    file('\nKAFKA_GROUP: true'),
    'KAFKA_GROUP must be non-empty text without control characters, but is the boolean true in the file (2:1)',
  ],
  [
    variable('KAFKA_TIMEOUT_SECONDS', '0'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the number 0 in the environment',
  ],
  [
    variable('KAFKA_TIMEOUT_SECONDS', '30s'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the text "30s" in the environment',
  ],
  [
    variable('KAFKA_TIMEOUT_SECONDS', '0x1e'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the text "0x1e" in the environment',
  ],
  [
    file('KAFKA_TIMEOUT_SECONDS: 300.5'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the number 300.5 in the file (1:1)',
  ],
  [
    file('KAFKA_TIMEOUT_SECONDS: "30"'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the text "30" in the file (1:1)',
  ],
  [
    file('KAFKA_TIMEOUT_SECONDS:'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is nothing in the file (1:1)',
  ],
  [
    argument('KAFKA_TIMEOUT_SECONDS', Number.NaN),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the number NaN as an argument',
  ],
  [
    argument('KAFKA_TIMEOUT_SECONDS', Number.POSITIVE_INFINITY),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the number Infinity as an argument',
  ],
  [
    argument('KAFKA_TIMEOUT_SECONDS', '30'),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the text "30" as an argument',
  ],
  [
    argument('KAFKA_TIMEOUT_SECONDS', true),
    'KAFKA_TIMEOUT_SECONDS must be a number from 1 to 300, but is the boolean true as an argument',
  ],
  [
    variable('KAFKA_MAX_RETRY_ATTEMPTS', '-1'),
    'KAFKA_MAX_RETRY_ATTEMPTS must be a whole number from 0 to 10, but is the number -1 in the environment',
  ],
  [
    variable('KAFKA_MAX_RETRY_ATTEMPTS', '2.5'),
    'KAFKA_MAX_RETRY_ATTEMPTS must be a whole number from 0 to 10, but is the number 2.5 in the environment',
  ],
  [
    argument('KAFKA_MAX_RETRY_ATTEMPTS', 11),
    'KAFKA_MAX_RETRY_ATTEMPTS must be a whole number from 0 to 10, but is the number 11 as an argument',
  ],
  [
    file('KAFKA_RETRY_BACKOFF_BASE: 0.09'),
    'KAFKA_RETRY_BACKOFF_BASE must be a number from 0.1 to 60, but is the number 0.09 in the file (1:1)',
  ],
  [
    argument('KAFKA_RETRY_BACKOFF_BASE', 60.5),
    'KAFKA_RETRY_BACKOFF_BASE must be a number from 0.1 to 60, but is the number 60.5 as an argument',
  ],
  [
    variable('KAFKA_CIRCUIT_BREAKER_THRESHOLD', '0'),
    'KAFKA_CIRCUIT_BREAKER_THRESHOLD must be a whole number from 1 to 100, but is the number 0 in the environment',
  ],
  [
    file('KAFKA_CIRCUIT_BREAKER_THRESHOLD: 101'),
    'KAFKA_CIRCUIT_BREAKER_THRESHOLD must be a whole number from 1 to 100, but is the number 101 in the file (1:1)',
  ],
  [
    argument('KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT', 3601),
    'KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT must be a number from 1 to 3600, but is the number 3601 as an argument',
  ],
  [
    variable('KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT', '0.5'),
    'KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT must be a number from 1 to 3600, but is the number 0.5 in the environment',
  ],
  [
    variable('KAFKA_CONSUMER_SLEEP_INTERVAL', '0'),
    'KAFKA_CONSUMER_SLEEP_INTERVAL must be a number from 0.01 to 10, but is the number 0 in the environment',
  ],
  [
    file('KAFKA_CONSUMER_SLEEP_INTERVAL: 11'),
    'KAFKA_CONSUMER_SLEEP_INTERVAL must be a number from 0.01 to 10, but is the number 11 in the file (1:1)',
  ],
  [file('KAFKA_ACKS: 1'), 'KAFKA_ACKS must be "0", "1" or "all", but is the number 1 in the file (1:1)'],
  [variable('KAFKA_ACKS', '-1'), 'KAFKA_ACKS must be "0", "1" or "all", but is the text "-1" in the environment'],
  [argument('KAFKA_ACKS', 'ALL'), 'KAFKA_ACKS must be "0", "1" or "all", but is the text "ALL" as an argument'],
  [
    variable('KAFKA_ENABLE_IDEMPOTENCE', '2'),
    'KAFKA_ENABLE_IDEMPOTENCE must be true or false, but is the text "2" in the environment',
  ],
  [
    file('KAFKA_ENABLE_IDEMPOTENCE: yes'),
    'KAFKA_ENABLE_IDEMPOTENCE must be true or false, but is the text "yes" in the file (1:1)',
  ],
  [
    argument('KAFKA_ENABLE_IDEMPOTENCE', 1),
    'KAFKA_ENABLE_IDEMPOTENCE must be true or false, but is the number 1 as an argument',
  ],
  [
    argument('KAFKA_MAX_IN_FLIGHT_REQUESTS', 0),
    'KAFKA_MAX_IN_FLIGHT_REQUESTS must be a whole number from 1 to 10, but is the number 0 as an argument',
  ],
  [
    variable('KAFKA_MAX_IN_FLIGHT_REQUESTS', '11'),
    'KAFKA_MAX_IN_FLIGHT_REQUESTS must be a whole number from 1 to 10, but is the number 11 in the environment',
  ],
  [
    variable('KAFKA_AUTO_OFFSET_RESET', 'none'),
    'KAFKA_AUTO_OFFSET_RESET must be "latest" or "earliest", but is the text "none" in the environment',
  ],
  [
    file('KAFKA_ENABLE_AUTO_COMMIT: 1'),
    'KAFKA_ENABLE_AUTO_COMMIT must be true or false, but is the number 1 in the file (1:1)',
  ],
  [
    argument('KAFKA_COMMIT_AFTER_PROCESSING', 'no'),
    'KAFKA_COMMIT_AFTER_PROCESSING must be true or false, but is the text "no" as an argument',
  ],
  [
    variable('KAFKA_DEAD_LETTER_TOPIC', ''),
    'KAFKA_DEAD_LETTER_TOPIC must be non-empty text without control characters, but is the text "" in the environment',
  ],
  [
    file('POSTGRES_HOST: {name: db}'),
    'POSTGRES_HOST must be non-empty text without control characters, but is a list or mapping in the file (1:1)',
  ],
  [
    argument('POSTGRES_PORT', 0),
    'POSTGRES_PORT must be a whole number from 1 to 65535, but is the number 0 as an argument',
  ],
  [
    variable('POSTGRES_PORT', '65536'),
    'POSTGRES_PORT must be a whole number from 1 to 65535, but is the number 65536 in the environment',
  ],
  [
    argument('POSTGRES_DATABASE', ''),
    'POSTGRES_DATABASE must be non-empty text without control characters, but is the text "" as an argument',
  ],
  [
    file('POSTGRES_USER: 5'),
    'POSTGRES_USER must be non-empty text without control characters, but is the number 5 in the file (1:1)',
  ],
  [
    file('POSTGRES_PASSWORD: 12345'),
    'POSTGRES_PASSWORD must be non-empty text without control characters, but is the number *** in the file (1:1)',
  ],
  [
    variable('POSTGRES_PASSWORD', 'hunter\t2'),
    'POSTGRES_PASSWORD must be non-empty text without control characters, but is the text *** in the environment',
  ],
  [
    argument('POSTGRES_PASSWORD', false),
    'POSTGRES_PASSWORD must be non-empty text without control characters, but is the boolean *** as an argument',
  ],
  [
    variable('POSTGRES_SSL_CA', ''),
    'POSTGRES_SSL_CA must be a non-empty path without control characters, but is the text "" in the environment',
  ],
  [
    argument('POSTGRES_SSL_CERT', '/a\0'),
    'POSTGRES_SSL_CERT must be a non-empty path without control characters, but is the text "/a\\u0000" as an argument',
  ],
  [
    file('POSTGRES_SSL_KEY: ~'),
    'POSTGRES_SSL_KEY must be a non-empty path without control characters, but is nothing in the file (1:1)',
  ],
  [variable('OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'), `${URL_} the text "localhost:4318" in the environment`],
  [argument('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://'), `${URL_} the text "http://" as an argument`],
  [argument('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://a:99999'), `${URL_} the text "http://a:99999" as an argument`],
  [file('OTEL_EXPORTER_OTLP_ENDPOINT: http://u:p@h'), `${URL_} the text "***@h" in the file (1:1)`],
  [
    variable('OTEL_TRACE_SAMPLE_RATE', '1.1'),
    'OTEL_TRACE_SAMPLE_RATE must be a number from 0 to 1, but is the number 1.1 in the environment',
  ],
  [
    variable('OTEL_TRACE_SAMPLE_RATE', '10%'),
    'OTEL_TRACE_SAMPLE_RATE must be a number from 0 to 1, but is the text "10%" in the environment',
  ],
  [
    argument('OTEL_SERVICE_NAME', 7),
    'OTEL_SERVICE_NAME must be non-empty text without control characters, but is the number 7 as an argument',
  ],
  [
    argument('HEALTH_CHECK_PORT', 65536),
    'HEALTH_CHECK_PORT must be a whole number from 0 to 65535, but is the number 65536 as an argument',
  ],
  [
    file('HEALTH_CHECK_INTERVAL: 0'),
    'HEALTH_CHECK_INTERVAL must be a number from 1 to 3600, but is the number 0 in the file (1:1)',
  ],
  [
    variable('PROMETHEUS_METRICS_PORT', '-1'),
    'PROMETHEUS_METRICS_PORT must be a whole number from 0 to 65535, but is the number -1 in the environment',
  ],
  [
    argument('CIRCUIT_BREAKER_FAILURE_THRESHOLD', 21),
    'CIRCUIT_BREAKER_FAILURE_THRESHOLD must be a whole number from 1 to 20, but is the number 21 as an argument',
  ],
  [
    variable('CIRCUIT_BREAKER_RECOVERY_TIMEOUT', '4'),
    'CIRCUIT_BREAKER_RECOVERY_TIMEOUT must be a number from 5 to 300, but is the number 4 in the environment',
  ],
  [
    file('CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 11'),
    'CIRCUIT_BREAKER_SUCCESS_THRESHOLD must be a whole number from 1 to 10, but is the number 11 in the file (1:1)',
  ],
  [
    argument('CIRCUIT_BREAKER_TIMEOUT', 121),
    'CIRCUIT_BREAKER_TIMEOUT must be a number from 5 to 120, but is the number 121 as an argument',
  ],
  [
    variable('CIRCUIT_BREAKER_MAX_QUEUE_SIZE', '9'),
    'CIRCUIT_BREAKER_MAX_QUEUE_SIZE must be a whole number from 10 to 10000, but is the number 9 in the environment',
  ],
  [
    file('CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: on'),
    'CIRCUIT_BREAKER_DEAD_LETTER_ENABLED must be true or false, but is the text "on" in the file (1:1)',
  ],
  [
    variable('CIRCUIT_BREAKER_GRACEFUL_DEGRADATION', 'maybe'),
    'CIRCUIT_BREAKER_GRACEFUL_DEGRADATION must be true or false, but is the text "maybe" in the environment',
  ],
  [
    variable('KAFKA_ACKS', '1'),
    'KAFKA_ENABLE_IDEMPOTENCE is true by default and KAFKA_ACKS is "1" in the environment, but an idempotent producer needs the acknowledgement of all replicas',
  ],
  [
    argument('KAFKA_MAX_IN_FLIGHT_REQUESTS', 6),
    'KAFKA_ENABLE_IDEMPOTENCE is true by default and KAFKA_MAX_IN_FLIGHT_REQUESTS is 6 as an argument, but an idempotent producer may have at most 5 requests in flight',
  ],
  [
    file('KAFKA_COMMIT_AFTER_PROCESSING: true'),
    'KAFKA_ENABLE_AUTO_COMMIT is true by default and KAFKA_COMMIT_AFTER_PROCESSING is true in the file (1:1), but automatic commits do not wait for handlers',
  ],
  [file('KAFKA_GRUOP: a'), 'KAFKA_GRUOP in the file (1:1) is no setting; the nearest is KAFKA_GROUP'],
  [file('kafka_acks: all'), 'kafka_acks in the file (1:1) is no setting; the nearest is KAFKA_ACKS'],
  [argument('POSTGRES_PORTS', 1), 'POSTGRES_PORTS as an argument is no setting; the nearest is POSTGRES_PORT'],
  [argument('RETRIES', 1), 'RETRIES as an argument is no setting'],
  [argument('toString', 1), 'toString as an argument is no setting'],
  [file('__proto__: 1'), '__proto__ in the file (1:1) is no setting'],
  [file('ENVIRONMENT: prod'), 'ENVIRONMENT in the file (1:1) is no setting'],
  [file('KAFKA_GROUP: a\nKAFKA_GROUP: a'), 'KAFKA_GROUP must be given once, but is repeated in the file (2:1)'],
  [file('KAFKA_GROUP: a: b'), 'the file is not valid YAML (1:14): block as implicit key'],
  [file('KAFKA_GROUP=a'), 'the file must be a mapping of names to values (1:1)'],
  [file('- KAFKA_GROUP: a'), 'the file must be a mapping of names to values (1:1)'],
])('%j is refused', (sources, sentence) => {
  const error = refused(sources)
  expect(error.problems).toEqual([sentence])
  expect(error.message).toBe(sentence)
})

const thousandths = (least: number, most: number) =>
  fc.integer({ min: least * 1_000, max: most * 1_000 }).map((count) => count / 1_000)
const whole = (min: number, max: number) => fc.integer({ min, max })
const text = fc.string({ minLength: 1 })

const VALID: Readonly<Record<string, fc.Arbitrary<SettingValue>>> = {
  KAFKA_BOOTSTRAP_SERVERS: fc.constantFrom('a:1', 'b.example:2,c:3', '[::1]:9092'),
  KAFKA_ENVIRONMENT: text,
  KAFKA_GROUP: text,
  KAFKA_TIMEOUT_SECONDS: thousandths(1, 300),
  KAFKA_MAX_RETRY_ATTEMPTS: whole(0, 10),
  KAFKA_RETRY_BACKOFF_BASE: thousandths(0.1, 60),
  KAFKA_CIRCUIT_BREAKER_THRESHOLD: whole(1, 100),
  KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT: thousandths(1, 3600),
  KAFKA_CONSUMER_SLEEP_INTERVAL: thousandths(0.01, 10),
  KAFKA_ACKS: fc.constantFrom('all', '1', '0'),
  KAFKA_ENABLE_IDEMPOTENCE: fc.boolean(),
  KAFKA_MAX_IN_FLIGHT_REQUESTS: whole(1, 10),
  KAFKA_AUTO_OFFSET_RESET: fc.constantFrom('latest', 'earliest'),
  KAFKA_ENABLE_AUTO_COMMIT: fc.boolean(),
  KAFKA_COMMIT_AFTER_PROCESSING: fc.boolean(),
  KAFKA_DEAD_LETTER_TOPIC: text,
  POSTGRES_HOST: text,
  POSTGRES_PORT: whole(1, 65_535),
  POSTGRES_DATABASE: text,
  POSTGRES_USER: text,
  POSTGRES_PASSWORD: text,
  POSTGRES_SSL_CA: text,
  POSTGRES_SSL_CERT: text,
  POSTGRES_SSL_KEY: text,
  OTEL_EXPORTER_OTLP_ENDPOINT: fc.constantFrom('http://a:4318', 'HTTPS://b/v1/traces'),
  OTEL_SERVICE_NAME: text,
  OTEL_TRACE_SAMPLE_RATE: thousandths(0, 1),
  HEALTH_CHECK_PORT: whole(0, 65_535),
  HEALTH_CHECK_INTERVAL: thousandths(1, 3600),
  PROMETHEUS_METRICS_PORT: whole(0, 65_535),
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: whole(1, 20),
  CIRCUIT_BREAKER_RECOVERY_TIMEOUT: thousandths(5, 300),
  CIRCUIT_BREAKER_SUCCESS_THRESHOLD: whole(1, 10),
  CIRCUIT_BREAKER_TIMEOUT: thousandths(5, 120),
  CIRCUIT_BREAKER_MAX_QUEUE_SIZE: whole(10, 10_000),
  CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: fc.boolean(),
  CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: fc.boolean(),
}
/** Any of the settings. */
const some = fc.record(VALID, { requiredKeys: [] }) as fc.Arbitrary<Record<string, SettingValue>>
const asVariables = (given: Readonly<Record<string, SettingValue>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))

const areInConflict = (values: Values): boolean =>
  (values['KAFKA_ENABLE_IDEMPOTENCE'] === true &&
    (values['KAFKA_ACKS'] !== 'all' || Number(values['KAFKA_MAX_IN_FLIGHT_REQUESTS']) > 5)) ||
  (values['KAFKA_ENABLE_AUTO_COMMIT'] === true && values['KAFKA_COMMIT_AFTER_PROCESSING'] === true)

test('of any settings in any sources, the strongest source has effect', () => {
  const environments = fc.constantFrom('development' as const, 'staging' as const, 'production' as const)
  let read = 0
  fc.assert(
    fc.property(environments, some, some, some, (ENV, inFile, inEnvironment, asArguments) => {
      const sources = {
        file: JSON.stringify(inFile),
        environment: { ENV, ...asVariables(inEnvironment) },
        arguments: asArguments,
      }
      const expected = { ...DEFAULTS_IN[ENV], ...inFile, ...inEnvironment, ...asArguments }
      if (areInConflict(expected)) {
        expect(refused(sources).problems.every((problem) => problem.includes(', but a'))).toBe(true)
        return
      }
      read += 1
      const { configuration, values } = onexConfiguration.resolve(sources)
      expect(values).toEqual(expected)
      for (const [name, { from, value }] of Object.entries(configuration.settings)) {
        const given = { argument: asArguments, environment: inEnvironment, file: inFile, default: expected }
        expect(from).toBe(Object.entries(given).find(([, source]) => Object.hasOwn(source, name))?.[0])
        expect(value).toBe(name === 'POSTGRES_PASSWORD' && expected[name] !== null ? '***' : expected[name])
      }
    }),
    { numRuns: 200 },
  )
  expect(read).toBeGreaterThan(20)
})

test('the same settings from each source lead to the same values', () => {
  fc.assert(
    fc.property(some, (given) => {
      fc.pre(!areInConflict({ ...DEFAULTS, ...given }))
      const { values } = onexConfiguration.resolve({ ...NONE, arguments: given })
      expect(onexConfiguration.resolve(file(JSON.stringify(given))).values).toEqual(values)
      expect(onexConfiguration.resolve({ ...NONE, environment: asVariables(given) }).values).toEqual(values)
    }),
    { numRuns: 50 },
  )
})

test('the password is nowhere but in the values', () => {
  const { configuration, values } = onexConfiguration.resolve(argument('POSTGRES_PASSWORD', 'hunter2'))
  expect(values.POSTGRES_PASSWORD).toBe('hunter2')
  const error = refused({
    ...argument('KAFKA_ACKS', '1'),
    file: 'POSTGRES_PASSWORD: hunter2\nPOSTGRES_PASWORD: hunter2',
  })
  const told = [configuration, error, error.message, error.problems, onexConfiguration.page()]
  expect(
    told.map((one) => `${JSON.stringify(one)}${inspect(one, { depth: 9, showHidden: true })}`).join(),
  ).not.toContain('hunter2')
})

test('the page has each setting, and tells which defaults differ by environment', () => {
  const lines = onexConfiguration.page().split('\n')
  expect(lines.slice(2, -1).map((line) => line.split('`')[1])).toEqual(Object.keys(DEFAULTS))
  expect(lines).toContain(
    '| `OTEL_TRACE_SAMPLE_RATE` | 1; production: 0.1; staging: 0.5 | a number from 0 to 1 | The share of traces that are sent |',
  )
})
