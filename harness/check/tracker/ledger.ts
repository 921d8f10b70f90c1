import { isDiskLoss } from '../../events/system.ts'
import type { RunHeader } from '../../history/header.ts'
import { dispatch } from '../dispatch.ts'
import type { Event } from '../event.ts'
import { type Commits, createCommits } from './commits.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import { createEnvelopes, type Envelopes } from './envelopes.ts'
import { createFaults, type Faults } from './faults.ts'
import { createForcedOpen, type ForcedOpen } from './forced-open.ts'
import { createGroups, type Groups } from './groups.ts'
import type { Moment } from './moment.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { createOperations, type Operations } from './operations.ts'
import { createOutcomes, type Outcomes } from './outcomes.ts'
import { createPasses, type Passes } from './passes.ts'
import { createPhases, type Phases } from './phases.ts'
import { createPoisons, type Poisons } from './poisons.ts'
import { createPositions, type Positions } from './positions.ts'
import { createRedrives, type Redrives } from './redrives.ts'
import { createRoutes, type Routes } from './routes.ts'
import { createStalls, type Stalls } from './stalls.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'
import { createTrials, type Trials } from './trials.ts'
import { createTries, type Tries } from './tries.ts'

/** Everything that is known about one run so far, in the terms of the specification. */
export interface Ledger {
  readonly run: RunHeader
  readonly operations: Operations
  readonly deliveries: Deliveries
  readonly groups: Groups
  readonly nodes: Nodes
  readonly faults: Faults
  readonly forcedOpen: ForcedOpen
  readonly stalls: Stalls
  readonly phases: Phases
  readonly positions: Positions
  readonly commits: Commits
  readonly deadLetters: DeadLetters
  readonly trials: Trials
  readonly tries: Tries
  readonly passes: Passes
  readonly outcomes: Outcomes
  readonly redrives: Redrives
  readonly poisons: Poisons
  readonly subscriptions: Subscriptions
  readonly envelopes: Envelopes
  readonly routes: Routes
  /** The last event's moment. */
  now(): Moment
  /** Null for events that are kept apart, see {@link Redrives} and {@link Poisons}. */
  step(event: Event): Moment | null
}

export function createLedger(run: RunHeader): Ledger {
  const redrives = createRedrives(run)
  const operations = createOperations(run.witness, redrives)
  const deliveries = createDeliveries()
  const nodes = createNodes()
  const groups = createGroups(nodes, run)
  const faults = createFaults()
  const forcedOpen = createForcedOpen()
  const stalls = createStalls(run)
  const phases = createPhases()
  const positions = createPositions()
  const commits = createCommits()
  const deadLetters = createDeadLetters(run.witness, positions)
  const trials = createTrials()
  const tries = createTries({ run, groups, faults, stalls, positions, deliveries, operations })
  const poisons = createPoisons(run)
  const passes = createPasses(operations, deliveries, positions)
  const outcomes = createOutcomes(run, deliveries, deadLetters, tries, passes)
  const subscriptions = createSubscriptions(run, deliveries, groups)
  const envelopes = createEnvelopes(run)
  const routes = createRoutes(run, operations, envelopes)
  const trackers = [
    operations,
    deliveries,
    nodes,
    groups,
    faults,
    forcedOpen,
    stalls,
    phases,
    positions,
    commits,
    deadLetters,
    trials,
    passes,
    subscriptions,
    envelopes,
    routes,
  ]
  const show = dispatch(trackers)
  let now: Moment = { at: 0, seq: -1 }

  return {
    run,
    operations,
    deliveries,
    groups,
    nodes,
    faults,
    forcedOpen,
    stalls,
    phases,
    positions,
    commits,
    deadLetters,
    trials,
    tries,
    passes,
    outcomes,
    redrives,
    poisons,
    subscriptions,
    envelopes,
    routes,
    now: () => now,
    step(event) {
      now = { at: event.at, seq: now.seq + 1 }
      if (isDiskLoss(event)) for (const one of [positions, passes, deadLetters, poisons]) one.forgetPlaces()
      if (redrives.step(event, now) || poisons.step(event, now)) return null
      show(event, now)
      return now
    },
  }
}
