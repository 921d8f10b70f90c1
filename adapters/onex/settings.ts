/** The settings of ONEX, a bus over Kafka and PostgreSQL. */
import { z } from 'zod'
import { createConfiguration } from '../configuration/index.ts'

/** `[::1]:9092` is one, too. */
function isAddress(text: string): boolean {
  const port = Number(/^(?:[\w.-]+|\[[\da-f:.]+\]):(\d{1,5})$/i.exec(text)?.[1])
  return port >= 1 && port <= 65_535
}

const flag = z.boolean()
const number = (least: number, most: number) => z.number().min(least).max(most)
const whole = (least: number, most: number) => z.int().min(least).max(most)
const text = {
  type: z.string().regex(/^\P{Cc}+$/u),
  allowed: 'non-empty text without control characters',
  examples: { right: ['orders'], wrong: ['', 'a\nb'] },
} as const
const path = {
  ...text,
  allowed: 'a non-empty path without control characters',
  examples: { right: ['/etc/tls/file.pem'], wrong: [''] },
} as const

export const onexConfiguration = createConfiguration({
  settings: {
    KAFKA_BOOTSTRAP_SERVERS: {
      type: z.string().refine((list) => list.split(',').every(isAddress)),
      default: 'localhost:9092',
      examples: {
        right: ['kafka-1:9092,kafka-2:9092'],
        wrong: ['localhost', 'localhost:0', 'localhost:9092,'],
      },
      allowed: 'host:port, or several with commas between them',
      text: 'The brokers to connect to first',
    },
    KAFKA_ENVIRONMENT: {
      ...text,
      default: 'local',
      examples: { right: ['prod-eu', 'staging', 'orders'], wrong: text.examples.wrong },
      text: 'The environment that the topics belong to: the broker field of messages',
    },
    KAFKA_GROUP: { ...text, default: 'default', text: 'The consumer group' },
    KAFKA_TIMEOUT_SECONDS: { type: number(1, 300), default: 30, text: 'Longest wait for a broker, s' },
    KAFKA_MAX_RETRY_ATTEMPTS: { type: whole(0, 10), default: 3, text: 'Retries of a publish that failed' },
    KAFKA_RETRY_BACKOFF_BASE: { type: number(0.1, 60), default: 1, text: 'Back-off before the first retry, s' },
    KAFKA_CIRCUIT_BREAKER_THRESHOLD: {
      type: whole(1, 100),
      default: 5,
      text: 'Failures that open the circuit breaker of the Kafka client',
    },
    KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT: {
      type: number(1, 3_600),
      default: 30,
      text: 'How long that breaker stays open before a probe, s',
    },
    KAFKA_CONSUMER_SLEEP_INTERVAL: {
      type: number(0.01, 10),
      default: 0.1,
      text: 'Wait of a consumer that found no messages, s',
    },
    KAFKA_ACKS: {
      type: z.enum(['all', '1', '0']),
      default: 'all',
      text: 'The replicas that must have a message before it is acknowledged',
    },
    KAFKA_ENABLE_IDEMPOTENCE: { type: flag, default: true, text: 'Whether a retry cannot store a message twice' },
    KAFKA_MAX_IN_FLIGHT_REQUESTS: {
      type: whole(1, 10),
      default: 5,
      text: 'Requests that may be unanswered at the same time, for each broker',
    },
    KAFKA_AUTO_OFFSET_RESET: {
      type: z.enum(['latest', 'earliest']),
      default: 'latest',
      text: 'Where a group without committed offsets starts',
    },
    KAFKA_ENABLE_AUTO_COMMIT: { type: flag, default: true, text: 'Whether the client commits offsets by itself' },
    KAFKA_COMMIT_AFTER_PROCESSING: {
      type: flag,
      default: false,
      text: 'Whether an offset is committed once its message is handled',
    },
    KAFKA_DEAD_LETTER_TOPIC: { ...text, default: null, text: 'The topic of dead letters' },
    POSTGRES_HOST: { ...text, default: 'localhost', text: 'The host of PostgreSQL' },
    POSTGRES_PORT: { type: whole(1, 65_535), default: 5_432, text: 'The port of PostgreSQL' },
    POSTGRES_DATABASE: { ...text, default: null, text: 'The database' },
    POSTGRES_USER: { ...text, default: null, text: 'The user of the database' },
    POSTGRES_PASSWORD: {
      ...text,
      default: null,
      secret: true,
      text: 'The password of that user',
      examples: { right: ['correct-horse-9'], wrong: [] },
    },
    POSTGRES_SSL_CA: { ...path, default: null, text: 'The certificate authority that PostgreSQL is trusted by' },
    POSTGRES_SSL_CERT: { ...path, default: null, text: 'The client certificate for PostgreSQL' },
    POSTGRES_SSL_KEY: { ...path, default: null, text: 'The private key of that certificate' },
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      type: z.string().refine((url) => /^https?:\/\/[^\s@]+$/i.test(url) && URL.canParse(url)),
      default: null,
      allowed: 'an http or https URL without user and password',
      examples: { right: ['http://collector:4318'], wrong: ['collector', 'ftp://collector'] },
      text: 'Where traces are sent',
    },
    OTEL_SERVICE_NAME: { ...text, default: null, text: 'The service that traces are of' },
    OTEL_TRACE_SAMPLE_RATE: { type: number(0, 1), default: 1, text: 'The share of traces that are sent' },
    HEALTH_CHECK_PORT: { type: whole(0, 65_535), default: 8_080, text: 'Where health is served; 0: any free port' },
    HEALTH_CHECK_INTERVAL: { type: number(1, 3_600), default: 30, text: 'Time between two looks, s' },
    PROMETHEUS_METRICS_PORT: {
      type: whole(0, 65_535),
      default: 9_090,
      text: 'Where metrics are served; 0: any free port',
    },
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: {
      type: whole(1, 20),
      default: 2,
      text: 'Failures that open the breaker',
    },
    CIRCUIT_BREAKER_RECOVERY_TIMEOUT: {
      type: number(5, 300),
      default: 15,
      text: 'How long the breaker stays open before a probe, s',
    },
    CIRCUIT_BREAKER_SUCCESS_THRESHOLD: { type: whole(1, 10), default: 1, text: 'Probes that must succeed to close it' },
    CIRCUIT_BREAKER_TIMEOUT: {
      type: number(5, 120),
      default: 10,
      text: 'Longest time of a call through the breaker, s',
    },
    CIRCUIT_BREAKER_MAX_QUEUE_SIZE: {
      type: whole(10, 10_000),
      default: 100,
      text: 'Messages that the bus holds while the breaker is open',
    },
    CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: {
      type: flag,
      default: false,
      text: 'Whether messages that cannot be published become dead letters',
    },
    CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: {
      type: flag,
      default: true,
      text: 'Whether publishes are queued while the breaker is open',
    },
  },
  conflicts: [
    {
      values: { KAFKA_ENABLE_IDEMPOTENCE: [true], KAFKA_ACKS: ['1', '0'] },
      why: 'an idempotent producer needs the acknowledgement of all replicas',
    },
    {
      values: { KAFKA_ENABLE_IDEMPOTENCE: [true], KAFKA_MAX_IN_FLIGHT_REQUESTS: { above: 5 } },
      why: 'an idempotent producer may have at most 5 requests in flight',
    },
    {
      values: { KAFKA_ENABLE_AUTO_COMMIT: [true], KAFKA_COMMIT_AFTER_PROCESSING: [true] },
      why: 'automatic commits do not wait for handlers',
    },
  ],
  environments: {
    variables: ['ENVIRONMENT', 'ENV', 'DEPLOYMENT_ENV', 'NODE_ENV', 'OMNIBASE_ENV', 'ONEX_ENV'],
    names: {
      production: ['prod', 'production', 'live'],
      staging: ['stage', 'staging', 'stg'],
      development: ['dev', 'development', 'local', 'test'],
    },
    otherwise: 'development',
    defaults: {
      production: {
        OTEL_TRACE_SAMPLE_RATE: 0.1,
        CIRCUIT_BREAKER_FAILURE_THRESHOLD: 5,
        CIRCUIT_BREAKER_RECOVERY_TIMEOUT: 60,
        CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 3,
        CIRCUIT_BREAKER_TIMEOUT: 30,
        CIRCUIT_BREAKER_MAX_QUEUE_SIZE: 1_000,
        CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: true,
      },
      staging: {
        OTEL_TRACE_SAMPLE_RATE: 0.5,
        CIRCUIT_BREAKER_FAILURE_THRESHOLD: 3,
        CIRCUIT_BREAKER_RECOVERY_TIMEOUT: 30,
        CIRCUIT_BREAKER_SUCCESS_THRESHOLD: 2,
        CIRCUIT_BREAKER_TIMEOUT: 20,
        CIRCUIT_BREAKER_MAX_QUEUE_SIZE: 500,
        CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: true,
      },
    },
  },
})
