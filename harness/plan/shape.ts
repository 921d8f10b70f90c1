/** What plans are made of: what the adapter claims bounds it, the site sets its pace, leans give it a direction. */
import type { Lean } from '../../spec/clause.ts'
import type { Role } from '../adapter.ts'
import type { PlanLists } from '../claims/index.ts'
import type { Claims } from '../claims.ts'
import type { FaultKind, OutageKind } from '../faults.ts'
import type { Outcome } from './plan.ts'

export interface PlanShape {
  readonly claims: Claims
  readonly site: 'simulated' | 'real'
  /** What can happen to the system's own processes; default nothing. */
  readonly outages?: readonly OutageKind[]
  /** Empty for plans that lean nowhere. */
  readonly leans: readonly Lean[]
  /** Of every plan; see {@link Plan.environment}. */
  readonly environment?: string
}

/**
 * Kinds of body that are drawn: those that name the message, null, texts with edges, JSON that printing would change, bytes
 * that are no text, and sizes.
 */
export type BodyKind = 'text' | 'json' | 'tombstone' | 'words' | 'printed' | 'binary' | 'sized'
/** No headers, those that name the message, and a few or many that are drawn. */
export type HeaderKind = 'none' | 'text' | 'few' | 'many'

/** How likely each of a few things is, in whole numbers; 0 is never. */
export type Weights<K extends string> = Readonly<Record<K, number>>
export type Range = readonly [least: number, most: number]

/** What may occur in one plan at all, and how often: drawn for each plan, so that plans differ in kind. */
export interface Swarm {
  readonly faults: Range
  readonly faultKinds: Weights<FaultKind>
  readonly roles: Weights<Role>
  /** ms after traffic began, ascending. */
  readonly faultAt: readonly number[]
  readonly faultLasts: readonly number[]
  readonly sliceBytes: readonly number[]
  readonly messages: Range
  readonly messageAt: readonly number[]
  /** Keys 0 to `keys - 1` occur. */
  readonly keys: number
  /** How many of the first keys are drawn with their edges; the others are plain. */
  readonly unusualKeys: Range
  /** What drawn texts are spellings of, so that some differ in case or composition only. */
  readonly word: string
  /** Weight of messages without a key, against 10 of those with one. */
  readonly keyless: number
  readonly outcomes: Weights<Outcome['kind']>
  /** How long slow handlers take, ms. */
  readonly slowMs: readonly number[]
  readonly bodies: Weights<BodyKind>
  readonly headers: Weights<HeaderKind>
  /** Weight of publishes that are aborted, against 20 of others. */
  readonly aborts: number
  readonly consumers: Range
  readonly groups: number
  /** Weight of consumers that join late, and of those that leave, against 4 that do not. */
  readonly churn: number
  readonly closes: Range
  /** Of each list that only some adapters claim. */
  readonly lists: Readonly<Record<keyof PlanLists, Range>>
  readonly kills: Range
  readonly cycles: readonly number[]
  readonly uses: readonly number[]
  readonly outages: Range
  readonly outageKinds: Weights<OutageKind>
  /** Of each kind, how long it lasts, ms, ascending. */
  readonly serverLasts: Readonly<Record<OutageKind, readonly number[]>>
  readonly nodes: Range
  readonly producers: number
  readonly topics: number
  readonly partitions: number
}

export interface Pace {
  readonly messageAt: readonly number[]
  readonly faultAt: readonly number[]
  readonly faultLasts: readonly number[]
  /** How long slow handlers take: also longer than an attempt, a session and a close, where that costs little. */
  readonly slowMs: readonly number[]
  /** When an outage begins and how long it lasts that shall trip a breaker and still leave time for it to close. */
  readonly outageAt: readonly number[]
  readonly outageLasts: readonly number[]
  /** How long a server is frozen or cut off that shall be replaced as leader meanwhile. */
  readonly serverLasts: readonly number[]
  /** When messages are published then, besides {@link Pace.messageAt}. */
  readonly lateAt: readonly number[]
}

/** Times in ms. Virtual time costs nothing; on the real site everything but a server's absence is over after 1.5 s. */
export const PACES: Readonly<Record<PlanShape['site'], Pace>> = {
  simulated: {
    messageAt: [0, 5, 10, 20, 50, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1350, 1500],
    faultAt: [0, 10, 50, 100, 200, 300, 400, 600, 800, 1000, 1200],
    faultLasts: [50, 100, 200, 300, 400, 600, 800, 1000, 1200, 1500],
    slowMs: [10, 50, 200, 400, 700, 1500],
    outageAt: [0, 50, 100, 200, 300],
    outageLasts: [600, 800, 1000, 1200, 1500],
    serverLasts: [],
    lateAt: [],
  },
  real: {
    messageAt: [0, 10, 20, 50, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400],
    faultAt: [0, 50, 100, 200, 300, 400, 500, 600],
    faultLasts: [50, 100, 200, 300, 400, 500, 600, 800],
    slowMs: [10, 50, 200, 400, 1200],
    outageAt: [0, 50, 100, 200],
    outageLasts: [500, 700, 900],
    serverLasts: [4500, 5500],
    lateAt: [2000, 2500, 3000, 3500, 4000, 4500, 5000],
  },
}
