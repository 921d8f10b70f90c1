/** ONEX: an event bus over Kafka and PostgreSQL. */

const TEXT = { type: 'text', right: ['orders'], wrong: ['', 'a\nb'] } as const
const PATH = { type: 'text', default: null, right: ['/etc/tls/file.pem'], wrong: [''] } as const
const number = (value: number, least: number, most: number) =>
  ({ type: 'number', default: value, least, most }) as const
const whole = (value: number, least: number, most: number) => ({ ...number(value, least, most), whole: true }) as const
const flag = (value: boolean) => ({ type: 'boolean', default: value }) as const
const figure = (path: string, times = 1) => ({ figure: { path, times } })
const SECONDS = 1_000

/** Each setting with its default and range, and the figure of the bus that it decides. */
const CONFIGURATION = {
  settings: {
    KAFKA_BOOTSTRAP_SERVERS: {
      type: 'text',
      default: 'localhost:9092',
      right: ['kafka-1:9092,kafka-2:9092'],
      wrong: ['localhost', 'localhost:0', 'localhost:9092,'],
    },
    KAFKA_ENVIRONMENT: { ...TEXT, default: 'local' },
    KAFKA_GROUP: { ...TEXT, default: 'default' },
    KAFKA_TIMEOUT_SECONDS: { ...number(30, 1, 300), ...figure('publish.timeout', SECONDS) },
    KAFKA_MAX_RETRY_ATTEMPTS: { ...whole(3, 0, 10), ...figure('retry.retries') },
    KAFKA_RETRY_BACKOFF_BASE: { ...number(1, 0.1, 60), ...figure('retry.base', SECONDS) },
    KAFKA_CIRCUIT_BREAKER_THRESHOLD: { ...whole(5, 1, 100), ...figure('breaker.trip.failures') },
    KAFKA_CIRCUIT_BREAKER_RESET_TIMEOUT: { ...number(30, 1, 3_600), ...figure('breaker.reset', SECONDS) },
    KAFKA_CONSUMER_SLEEP_INTERVAL: number(0.1, 0.01, 10),
    KAFKA_ACKS: { type: 'choice', default: 'all', values: ['0', '1', 'all'] },
    KAFKA_ENABLE_IDEMPOTENCE: flag(true),
    KAFKA_MAX_IN_FLIGHT_REQUESTS: whole(5, 1, 10),
    KAFKA_AUTO_OFFSET_RESET: { type: 'choice', default: 'latest', values: ['latest', 'earliest'] },
    KAFKA_ENABLE_AUTO_COMMIT: flag(true),
    KAFKA_COMMIT_AFTER_PROCESSING: flag(false),
    KAFKA_DEAD_LETTER_TOPIC: { ...TEXT, default: null },
    POSTGRES_HOST: { ...TEXT, default: 'localhost' },
    POSTGRES_PORT: whole(5_432, 1, 65_535),
    POSTGRES_DATABASE: { ...TEXT, default: null },
    POSTGRES_USER: { ...TEXT, default: null },
    POSTGRES_PASSWORD: { type: 'text', default: null, right: ['correct-horse-9'], wrong: [], secret: true },
    POSTGRES_SSL_CA: PATH,
    POSTGRES_SSL_CERT: PATH,
    POSTGRES_SSL_KEY: PATH,
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      type: 'text',
      default: null,
      right: ['http://collector:4318'],
      wrong: ['collector', 'ftp://collector'],
    },
    OTEL_SERVICE_NAME: { ...TEXT, default: null },
    OTEL_TRACE_SAMPLE_RATE: number(1, 0, 1),
    HEALTH_CHECK_PORT: whole(8_080, 0, 65_535),
    HEALTH_CHECK_INTERVAL: number(30, 1, 3_600),
    PROMETHEUS_METRICS_PORT: whole(9_090, 0, 65_535),
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: whole(2, 1, 20),
    CIRCUIT_BREAKER_RECOVERY_TIMEOUT: number(15, 5, 300),
    CIRCUIT_BREAKER_SUCCESS_THRESHOLD: { ...whole(1, 1, 10), ...figure('breaker.halfOpen.closeAfter') },
    CIRCUIT_BREAKER_TIMEOUT: number(10, 5, 120),
    CIRCUIT_BREAKER_MAX_QUEUE_SIZE: { ...whole(100, 10, 10_000), ...figure('degradation.capacity') },
    CIRCUIT_BREAKER_DEAD_LETTER_ENABLED: flag(false),
    CIRCUIT_BREAKER_GRACEFUL_DEGRADATION: flag(true),
  },
  conflicts: [
    { KAFKA_ENABLE_IDEMPOTENCE: [true], KAFKA_ACKS: ['1', '0'] },
    { KAFKA_ENABLE_IDEMPOTENCE: [true], KAFKA_MAX_IN_FLIGHT_REQUESTS: { above: 5 } },
    { KAFKA_ENABLE_AUTO_COMMIT: [true], KAFKA_COMMIT_AFTER_PROCESSING: [true] },
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
} as const

const TEXT_FIELD = { type: 'text' } as const
const chosen = (value: string, ...others: readonly string[]) => ({
  type: 'choice',
  choices: Object.fromEntries([value, ...others].map((one) => [one, []])),
  others: 'refused',
  absent: { value },
})
const counted = (value: string) => ({ type: 'integer', least: 0, absent: { value } })

/** The fields of every message; which event types there are, each bus says itself. */
const ENVELOPE = {
  fields: {
    message_id: { type: 'uuid', absent: 'generated' },
    correlation_id: { type: 'uuid', absent: 'generated' },
    causation_id: { type: 'uuid' },
    timestamp: { type: 'time', absent: 'generated' },
    source: TEXT_FIELD,
    broker: { ...TEXT_FIELD, absent: { setting: 'KAFKA_ENVIRONMENT' } },
    event_type: { type: 'choice', others: 'kept' },
    category: chosen('EVENT', 'COMMAND', 'INTENT'),
    content_type: { ...TEXT_FIELD, absent: { value: 'application/json' } },
    schema_version: TEXT_FIELD,
    destination: TEXT_FIELD,
    traceparent: { type: 'traceparent', absent: 'generated' },
    trace_id: TEXT_FIELD,
    span_id: TEXT_FIELD,
    parent_span_id: TEXT_FIELD,
    operation_name: TEXT_FIELD,
    priority: chosen('normal', 'low', 'high', 'critical'),
    routing_key: TEXT_FIELD,
    partition_key: TEXT_FIELD,
    retry_count: counted('0'),
    max_retries: counted('3'),
    ttl_seconds: { type: 'integer', least: 0 },
  },
  messageId: 'message_id',
  correlationId: 'correlation_id',
  causationId: 'causation_id',
} as const

/** Which types and domains there are, each bus says itself. */
const DISPATCH = { type: 'event_type', category: 'category', names: { separator: '.' } } as const

/** Which metric stands for what. */
const METRICS = {
  handled: 'omnibase_messages_processed_total',
  queued: 'omnibase_events_queued',
  breaker: 'omnibase_circuit_breaker_state',
  health: 'omnibase_infrastructure_health',
} as const

export const ONEX = {
  claims: { configuration: CONFIGURATION, envelope: ENVELOPE, metrics: METRICS, dispatch: DISPATCH },
} as const
