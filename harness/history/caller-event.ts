/** The caller's side: what the harness asked of a bus, and what came of it. Stamped in the adapter's host. */
import type { Position, Row } from '../adapter.ts'
import type { Content, OnNode, SeenError } from './seen.ts'

/** An operation after `close` (`publish-reset`: and after a reset of the breaker), or a message that no bus can take: `control-topic` has control characters in its name. */
export const TRIAL_KINDS = [
  'publish-closed',
  'subscribe-closed',
  'publish-reset',
  'empty-topic',
  'control-topic',
  'oversize-value',
] as const
export type TrialKind = (typeof TRIAL_KINDS)[number]

/** What is done to a breaker by hand. */
export type Forced = 'reset' | 'isolate'

/** A message that is to be published. */
interface Sent extends OnNode {
  readonly op: string
  readonly producer: string
  readonly topic: string
  readonly content: Content
  readonly hasKey: boolean
  /** The message id that it carries, where de-duplication is claimed. */
  readonly id?: string
  /** How long after it was stored it lives, ms, where a time to live is claimed. */
  readonly lives?: number
}

export type CallerEvent =
  | (OnNode & { readonly type: 'open' })
  | (OnNode & { readonly type: 'opened'; readonly error?: SeenError })
  | (Sent & {
      readonly type: 'publish'
      /** Length of its value, where statistics are claimed. */
      readonly bytes?: number
    })
  /** The publish settled; one that is `queued` settles later. `failed` with effect `none` is certain; any other failure may have been done. */
  | (OnNode & {
      readonly type: 'published'
      readonly op: string
      readonly status: 'acknowledged' | 'queued' | 'failed'
      readonly position?: Position
      readonly error?: SeenError
    })
  | (OnNode & { readonly type: 'abort'; readonly op: string })
  /** A row is to be stored and its event, the message `op`, to be published. */
  | (Sent & {
      readonly type: 'record'
      readonly row: Row
      /** The application's part rejects, so that all of it is rolled back. */
      readonly rollsBack: boolean
    })
  /** It settled. With `event` `failed` the row is stored all the same, and `error` is that of its publish. */
  | (OnNode & {
      readonly type: 'recorded'
      readonly op: string
      readonly status: 'stored' | 'failed'
      /** What became of the event of a row that is stored. */
      readonly event?: 'acknowledged' | 'queued' | 'failed'
      readonly error?: SeenError
    })
  | (OnNode & {
      readonly type: 'subscribe'
      readonly consumer: string
      readonly group: string
      readonly topics: readonly string[]
      readonly from: 'earliest' | 'latest'
    })
  | (OnNode & { readonly type: 'subscribed'; readonly consumer: string; readonly error?: SeenError })
  | (OnNode & { readonly type: 'unsubscribe'; readonly consumer: string })
  | (OnNode & { readonly type: 'unsubscribed'; readonly consumer: string; readonly error?: SeenError })
  /** The handler was called. `delivery` is unique in the run; `op` is null when the message carries none. */
  | (OnNode & {
      readonly type: 'deliver'
      readonly delivery: string
      readonly consumer: string
      readonly group: string
      readonly op: string | null
      readonly topic: string
      readonly content: Content
      readonly position?: Position
      readonly attempt: number
    })
  /** The handler settled. `retryable` or `permanent` say how it rejected. */
  | (OnNode & {
      readonly type: 'handled'
      readonly delivery: string
      readonly consumer: string
      readonly group: string
      readonly op: string | null
      readonly outcome: 'ok' | 'retryable' | 'permanent'
    })
  /** One call of `close()`; a node has several where the plan says so. */
  | (OnNode & { readonly type: 'close'; readonly call: number })
  | (OnNode & { readonly type: 'closed'; readonly call: number; readonly error?: SeenError })
  /** The harness works the breaker of the bus by hand. */
  | (OnNode & { readonly type: 'force'; readonly to: Forced })
  | (OnNode & { readonly type: 'forced'; readonly to: Forced; readonly error?: SeenError })
  /** Dead letters of a topic are to be published again; `replay` is unique in the run. */
  | (OnNode & { readonly type: 'replay'; readonly replay: string; readonly topic: string })
  /** How many the adapter says that it published; absent where it failed. */
  | (OnNode & {
      readonly type: 'replay-ended'
      readonly replay: string
      readonly topic: string
      readonly count?: number
      readonly error?: SeenError
    })
  /** The harness killed the node's process, as the plan says: nothing more comes from it. */
  | (OnNode & { readonly type: 'killed' })
  /** The harness tries what the bus must refuse. `trial` is unique in the run; a publish carries it as its op. */
  | (OnNode & { readonly type: 'trial'; readonly trial: string; readonly what: TrialKind })
  | (OnNode & {
      readonly type: 'trial-ended'
      readonly trial: string
      readonly what: TrialKind
      readonly outcome: 'refused' | 'taken'
      readonly error?: SeenError
    })
