/** The names of ONEX's metrics. */
import type { MetricNames } from '../observability/index.ts'

export const ONEX_METRICS: MetricNames = {
  publishes: 'omnibase_publishes_total',
  handled: 'omnibase_messages_processed_total',
  deadLetters: 'omnibase_dead_letters_total',
  queued: 'omnibase_events_queued',
  breaker: 'omnibase_circuit_breaker_state',
  health: 'omnibase_infrastructure_health',
  responseTime: { name: 'omnibase_response_time_ms', unit: 'milliseconds' },
  errorRate: 'omnibase_error_rate_percent',
}
