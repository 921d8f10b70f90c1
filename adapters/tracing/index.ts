/** Spans of OpenTelemetry for any bus. */
export { type TracingOptions, withTracing } from './tracing.ts'
