/** What a chaos run measures while it lasts, in bounded memory: latencies, the rate, and how long nothing was acknowledged. */
import type { Histogram } from 'hdr-histogram-js'
import type { Kept, Measured } from '../../certificate/soak.ts'
import type { Event } from '../../events/kinds.ts'
import { indexIn } from '../../plan/message.ts'
import type { Plan } from '../../plan/plan.ts'
import { keeps, type Span, type Threshold, totalOf, worse } from '../file/threshold.ts'
import { nameOf } from './active.ts'
import { createLatencies, LONGEST, latencyOf, quantileOf } from './latencies.ts'

/** A window slides in so many steps. */
const STEPS = 20

export interface Measures {
  /** Takes the events of an epoch, in the order in which they come. */
  epoch(plan: Plan): (event: Event) => void
  /** So many violations were found by now. */
  violated(count: number): void
  /** Slides the windows; call it about once a second. */
  tick(): void
  /** What it is so far. */
  now(): Measured
  underWay(): UnderWay
  /** Of the whole run. */
  readonly latencies: Readonly<Record<Span, Histogram>>
}

export interface UnderWay {
  /** Publishes that have not settled. */
  readonly publishes: number
  /** Deliveries that are due, see {@link Measured.lag}. */
  readonly lag: number
}

/** One that is shorter is no outage, ms. */
const SHORTEST_OUTAGE = 1_000

interface Measuring {
  readonly clock: () => number
  /** Names of those that are active. */
  readonly faults: () => readonly string[]
  readonly onLatency: (span: Span, ms: number) => void
}

export function createMeasures(thresholds: readonly Threshold[], { clock, faults, onLatency }: Measuring): Measures {
  const whole = { publish: createLatencies(), handle: createLatencies() }
  const windows = thresholds.map((threshold) => (isOfLatencies(threshold) ? createWindow(threshold, clock) : null))
  const counts = { sent: 0, acknowledged: 0, failed: 0, handled: 0, redelivered: 0 }
  /** Publishes that have not settled, of all epochs, each with its node. */
  const open = new Map<string, string>()
  /** Of epochs that go on. */
  const lags = new Map<number, () => number>()
  let mostLag = 0
  /** Epochs whose traffic goes on. */
  const sending = new Set<number>()
  const outage = { since: null as number | null, faults: new Set<string>(), longest: 0 }
  const byFault: Record<string, number> = {}
  let violations = 0
  let epochs = 0

  const record = (span: Span, ms: number): void => {
    const value = Math.min(LONGEST, Math.max(0, Math.round(ms)))
    whole[span].recordValue(value)
    for (const window of windows) window?.take(span, value)
    onLatency(span, value)
  }

  /** Something was acknowledged, or nothing is under way any more. */
  const available = (): void => {
    if (outage.since !== null) {
      outage.longest = outageNow()
      Object.assign(byFault, byFaultNow())
    }
    outage.since = open.size === 0 ? null : clock()
    outage.faults = new Set(faults())
  }

  /** A failure ends no outage while others are still to be sent: they may fail as fast. */
  const settled = (): void => {
    if (open.size === 0 && sending.size === 0) available()
  }

  const letGo = (isGone: (op: string, node: string) => boolean): void => {
    for (const [op, node] of open) if (isGone(op, node)) open.delete(op)
  }

  const lagNow = (): number => [...lags.values()].reduce((sum, of) => sum + of(), 0)
  const lastsNow = (): number => (outage.since === null ? 0 : clock() - outage.since)
  const outageNow = (): number => Math.max(outage.longest, lastsNow())
  const byFaultNow = (): Record<string, number> => {
    const lasts = lastsNow()
    if (lasts < SHORTEST_OUTAGE) return { ...byFault }
    const names = outage.faults.size === 0 ? ['no fault'] : [...outage.faults]
    const longer = names.map((name) => [name, Math.max(byFault[name] ?? 0, Math.round(lasts))] as const)
    return { ...byFault, ...Object.fromEntries(longer) }
  }

  const kept = (threshold: Threshold, index: number): Kept => {
    const total = totalOf(threshold, { ...counts, violations, unavailable: outageNow() })
    const worst = total ?? windows[index]?.worst() ?? null
    return { text: threshold.text, worst, isKept: worst === null || keeps(worst, threshold) }
  }

  return {
    epoch(plan) {
      const epoch = epochs++
      /** When each message was to be sent, on the clock of the epoch; from the first call, which nothing delayed. */
      let began: number | null = null
      const dueAt = (op: string): number | null => {
        const index = indexIn(op)
        const message = index === null ? undefined : plan.messages[index]
        return message === undefined || began === null ? null : began + message.at
      }
      const handled = new Set<string>()
      const delivered = new Set<string>()
      const killed = new Set<string>()
      /** The plan's, as the system knows them. */
      const groups = new Set<string>()
      const opAt = new Map<string, string>()
      const lag = createLag(new Set(plan.consumers.map(({ group }) => group)).size)
      lags.set(epoch, lag.now)
      const keyOf = (op: string): string => `${epoch}/${op}`
      const isOwn = (op: string): boolean => op.startsWith(keyOf(''))
      return (event) => {
        switch (event.type) {
          case 'phase': {
            if (event.phase === 'traffic') {
              // A run that its site has spoilt is made again.
              letGo(isOwn)
              began = null
              for (const seen of [handled, delivered, killed, groups, opAt, lag]) seen.clear()
              sending.add(epoch)
              return
            }
            sending.delete(epoch)
            return settled()
          }
          case 'end':
            letGo(isOwn)
            lags.delete(epoch)
            sending.delete(epoch)
            return settled()
          case 'killed':
            killed.add(event.node)
            // What it had under way never settles.
            letGo((op, node) => isOwn(op) && node === event.node)
            if (open.size === 0) available()
            return void outage.faults.add('kill')
          case 'publish': {
            const index = indexIn(event.op)
            const message = index === null ? undefined : plan.messages[index]
            if (message === undefined) return
            began = Math.min(began ?? Number.POSITIVE_INFINITY, event.at - message.at)
            counts.sent += 1
            // What a node told last may arrive after it was killed.
            if (killed.has(event.node)) return
            outage.since ??= clock()
            open.set(keyOf(event.op), event.node)
            return
          }
          case 'published':
          case 'settled': {
            const due = dueAt(event.op)
            // A queued one is under way until it settles.
            if (due === null || event.status === 'queued' || !open.delete(keyOf(event.op))) return
            if (event.status === 'acknowledged') {
              counts.acknowledged += 1
              lag.stored(event.op)
              record('publish', event.at - due)
              available()
            } else {
              counts.failed += 1
              settled()
            }
            return
          }
          case 'subscribe':
            return void (isPlanned(event.consumer) && groups.add(event.group))
          case 'deliver': {
            if (event.op === null) return
            if (event.position !== undefined) opAt.set(JSON.stringify(event.position), event.op)
            if (!isPlanned(event.consumer)) return
            const once = `${event.group}/${event.op}`
            if (delivered.has(once)) counts.redelivered += 1
            return void delivered.add(once)
          }
          case 'dead-lettered':
          case 'skipped': {
            const op = opAt.get(JSON.stringify(event.position))
            return op !== undefined && groups.has(event.group) ? lag.done(`${event.group}/${op}`) : undefined
          }
          case 'handled': {
            if (event.op === null) return
            const once = `${event.group}/${event.op}`
            // It is tried again.
            if (event.outcome !== 'ok') return void delivered.delete(once)
            // Somebody else may finish what a group has left.
            if (groups.has(event.group)) {
              lag.stored(event.op)
              lag.done(once)
            }
            // Those that read everything once more when the traffic is over are the harness's own.
            const due = isPlanned(event.consumer) ? dueAt(event.op) : null
            if (due === null || handled.has(once)) return
            handled.add(once)
            counts.handled += 1
            return record('handle', event.at - due)
          }
          case 'fault':
            return void outage.faults.add(nameOf(event))
        }
      }
    },
    violated(count) {
      violations = count
    },
    tick() {
      mostLag = Math.max(mostLag, lagNow())
      for (const window of windows) window?.slide()
    },
    now: () => ({
      ...counts,
      lag: Math.max(mostLag, lagNow()),
      latency: { publish: latencyOf(whole.publish), handle: latencyOf(whole.handle) },
      unavailable: { longest: Math.round(outageNow()), byFault: byFaultNow() },
      thresholds: thresholds.map(kept),
    }),
    latencies: whole,
    underWay: () => ({ publishes: open.size, lag: lagNow() }),
  }
}

/** How many deliveries are due: of what is stored, those that a group has neither handled nor set aside. */
function createLag(groups: number) {
  const stored = new Set<string>()
  const done = new Set<string>()
  return {
    stored: (op: string): void => void stored.add(op),
    done: (once: string): void => void done.add(once),
    now: (): number => Math.max(0, stored.size * groups - done.size),
    clear(): void {
      stored.clear()
      done.clear()
    },
  }
}

/** What the director calls the consumers of a plan. */
const isPlanned = (consumer: string): boolean => /^c\d+$/.test(consumer)

/** Latencies, and how many there are: the rate. The other metrics are of the whole run. */
const isOfLatencies = ({ metric }: Threshold): boolean => metric.is === 'quantile' || metric.is === 'rate'

interface Window {
  take(span: Span, ms: number): void
  slide(): void
  /** The worst value of all places of the window, the one that it has now included. */
  worst(): number | null
}

/** The last `over` ms in steps, each with a histogram of its own; or all of the run in one. */
function createWindow(threshold: Threshold, clock: () => number): Window {
  const { metric, over } = threshold
  const began = clock()
  const step = over === null ? Number.POSITIVE_INFINITY : over / STEPS
  let steps: { readonly from: number; readonly values: Histogram }[] = [{ from: began, values: createLatencies() }]
  let worst: number | null = null
  const span: Span = metric.is === 'quantile' ? metric.of : 'publish'

  /** `isOnly`: there is no other value yet. */
  const current = (isOnly: boolean): number | null => {
    const all = createLatencies()
    for (const { values } of steps) all.add(values)
    // Of the first messages, which meet cold connections, a single one would be the quantile.
    const isFull = over === null || clock() - began >= over
    if (metric.is === 'quantile')
      return all.totalCount === 0 || !(isFull || isOnly) ? null : quantileOf(all, metric.quantile)
    // A window that is not full yet says nothing of a rate.
    const [oldest] = steps
    if (oldest === undefined || !isFull) return null
    // The steps that are left are not exactly as long as the window.
    const lasts = clock() - oldest.from
    return lasts <= 0 ? null : all.totalCount / (lasts / 1_000)
  }
  const look = (): void => {
    const value = current(false)
    if (value !== null) worst = worst === null ? value : worse(threshold, worst, value)
  }

  return {
    take(of, ms) {
      if (of === span) steps.at(-1)?.values.recordValue(ms)
    },
    slide() {
      look()
      const now = clock()
      if (over === null || now - (steps.at(-1)?.from ?? now) < step) return
      steps = [...steps.filter(({ from }) => from > now - over), { from: now, values: createLatencies() }]
    },
    worst() {
      if (over === null) look()
      return worst ?? current(true)
    },
  }
}
