/** Health and metrics of any bus, as monitoring asks for them. */
export { type HealthServer, serveHealth } from './http.ts'
export { BUS_METRICS, type MetricNames, metricsClaim, withMetrics } from './metrics.ts'
