/** The types of event fields, each with its schema. */
import { z } from 'zod'
import {
  type BreakerState,
  type BusHealth,
  type BusStats,
  type Configuration,
  HEALTH_STATUSES,
  type Json,
  type Next,
  type Position,
  type Row,
  SETTING_ORIGINS,
  type SettingValue,
} from '../vocabulary.ts'

export const text = z.string()
export const number = z.number()
export const whole = z.int().min(0)

/**
 * A text from an adapter or a client. Each secret in it is replaced by `[secret:NAME]`. In an adapter's observations every text is
 * redacted, whatever its field; in other events, the code that records them redacts these fields.
 */
export const redacted = z.string()

/** `"…"` for short printable bytes, `null`, else `LENGTH bytes HASH`. Equal texts mean equal bytes. */
export type Digest = string
export const digest: z.ZodType<Digest> = z.string()

export interface Content {
  readonly key: Digest
  readonly value: Digest
  /** Of all headers in order, except `busproof-op` and those that dead-lettering adds. */
  readonly headers: Digest
}
export const content: z.ZodType<Content> = z.object({ key: digest, value: digest, headers: digest })

/** The fields of an envelope, names and values, in the order of the headers. */
export type SeenEnvelope = readonly (readonly [name: string, value: string])[]
export const envelope: z.ZodType<SeenEnvelope> = z.array(z.tuple([text, redacted]))

/** An error as it was seen, flattened and redacted: each secret in it is replaced by `[secret:NAME]`. */
export interface SeenError {
  readonly code: string | null
  readonly effect: 'none' | 'unknown' | null
  readonly retryable: boolean | null
  readonly message: string
  /** Messages of the cause chain, outermost first. */
  readonly causes: readonly string[]
  /** Absent if it has none. */
  readonly correlationId?: string
  /** Everything else in it (stack, details, other properties), as text; only if it contained a secret. */
  readonly leaked?: readonly string[]
}
export const leaked = z.array(redacted).exactOptional()
export const seenError: z.ZodType<SeenError> = z.object({
  code: redacted.nullable(),
  effect: z.enum(['none', 'unknown']).nullable(),
  retryable: z.boolean().nullable(),
  message: redacted,
  causes: z.array(redacted),
  correlationId: redacted.exactOptional(),
  leaked,
})

export const place = { topic: text, partition: whole }
const id = z.string().min(1)
export const position: z.ZodType<Position> = z.object({
  ...place,
  offset: z.union([whole, id], {
    error: 'must be a whole number, or the id of the message as text',
  }),
})
export const next: z.ZodType<Next> = z.union([whole, z.object({ after: id })], {
  error: 'must be the next offset, or { after: the id of the last message }',
})
export const partitions = z.array(z.object(place))

export const breakerState: z.ZodType<BreakerState> = z.enum(['closed', 'open', 'half-open', 'isolated', 'shut-down'])

/** The statistics that a bus reports. */
export const stats: z.ZodType<BusStats> = z.object({
  connections: z.object({ total: whole, active: whole, idle: whole, waiting: whole }),
  sent: whole,
  failed: whole,
  bytes: whole,
  producers: z.array(z.object({ topic: text, total: whole })).exactOptional(),
})

const healthStatus = z.enum(HEALTH_STATUSES)

/** What a health check answers. */
export const health: z.ZodType<BusHealth> = z.object({
  status: healthStatus,
  ready: z.boolean(),
  components: z
    .array(
      z.object({
        name: redacted.min(1),
        status: healthStatus,
        message: redacted,
        checkedAt: z.iso.datetime({ error: 'must be a time as ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z' }),
      }),
    )
    .min(1),
})

/** Redacted where an adapter gave it. */
const settingValue: z.ZodType<SettingValue> = z.union([redacted, number, z.boolean()])
export const settingValues = z.record(text, settingValue)
export const configuration: z.ZodType<Configuration> = z.object({
  environment: redacted.nullable(),
  settings: z.record(text, z.object({ value: settingValue.nullable(), from: z.enum(SETTING_ORIGINS) })),
})

/** Parts of the name of a topic. */
export const topicParts = z.record(text, redacted)

/** A value of a metric. */
export const sample = z.object({
  name: text,
  labels: z.record(text, redacted),
  /** Null for what is no finite number. */
  value: number.nullable(),
})

/** A row as the system stores it; its values may have changed their types. */
export interface SeenRow {
  readonly id: string
  readonly values: Readonly<Record<string, Json>>
}
export const seenRow: z.ZodType<SeenRow> = z.object({ id: text, values: z.record(text, z.json()) })
export const row: z.ZodType<Row> = z.object({
  id: text,
  values: z.object({
    flag: z.boolean(),
    count: number,
    ratio: number,
    label: text,
    note: text.nullable(),
  }),
})

/** A node is one application process with one bus. */
export const node = { node: text }
export const member = { node: text, consumer: text, group: text }
