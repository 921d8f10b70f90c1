/** Health, metrics and an audit trail of any bus. */
export { type AuditEvent, type AuditOptions, type Logger, logTo, withAudit } from './audit.ts'
export { type HealthServer, serveHealth } from './http.ts'
export { BUS_METRICS, type MetricNames, metricsClaim, withMetrics } from './metrics.ts'
