/** What events are made of. */
import type { Json } from '../adapter.ts'

/** `"…"` for short printable bytes, `null`, else `LENGTH bytes HASH`. Equal texts mean equal bytes. */
export type Digest = string
export interface Content {
  readonly key: Digest
  readonly value: Digest
  /** Of all headers in order but `busproof-op` and those that dead-lettering adds. */
  readonly headers: Digest
}

/** An error as it was seen, flattened and redacted: each secret that was in it has become `[secret:NAME]`. */
export interface SeenError {
  readonly code: string | null
  readonly effect: 'none' | 'unknown' | null
  readonly retryable: boolean | null
  readonly message: string
  /** Messages of the cause chain, outermost first. */
  readonly causes: readonly string[]
  /** Everything else that was found in it (stack, details, other properties), as text, only where a secret was in it. */
  readonly leaked?: readonly string[]
}

/** A row as the system has it; its values may be of other types than they were. */
export interface SeenRow {
  readonly id: string
  readonly values: Readonly<Record<string, Json>>
}

export interface At {
  readonly at: number
}
/** A node is one application process with one bus. */
export interface OnNode extends At {
  readonly node: string
}
