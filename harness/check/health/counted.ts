/** What happened on each node by a moment, as far as metrics tell of it: at least so often, and at most. */

import type { Meaning } from '../../claims/metrics.ts'
import type { Event, EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, listIn, type Moment, mapIn } from '../tracker/moment.ts'

export interface Range {
  readonly least: number
  readonly most: number
}

export interface Counted {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** For a bus that was asked and answered then. */
  range(meaning: Exclude<Meaning, 'breaker' | 'health'>, node: string, asked: Moment, answered: Moment): Range
  /** The op of the last publish of the node that had ended so by then. */
  last(meaning: Meaning, node: string, by: Moment): string | undefined
}

/** A publish of a caller, alone, in a batch, or one that the bus must refuse. */
interface Call {
  readonly began: Moment
  queued: Moment | null
  readonly attempts: { readonly began: Moment; ended: Moment | null }[]
  ended: (Moment & { readonly as: 'acknowledged' | 'failed' }) | null
}

const newCall = (began: Moment): Call => ({ began, queued: null, attempts: [], ended: null })

const ANY = Number.POSITIVE_INFINITY

/** Trials that publish. */
const isPublish = ({ what }: EventOf<'trial'> | EventOf<'trial-ended'>): boolean =>
  !what.startsWith('subscribe-') && !what.startsWith('write-')

export function createCounted({ redrives }: Ledger): Counted {
  const calls = new Map<string, Map<string, Call>>()
  const handled = new Map<string, Moment[]>()
  /** By group and op, when a handler last rejected it. */
  const rejected = new Map<string, Map<string, Moment>>()
  const deadLettered = new Map<string, Moment[]>()
  /** Members of each node, each of which may be storing a dead letter. */
  const members = new Map<string, Moment[]>()
  /** Writes, whose events the bus publishes for itself. */
  const writes = new Map<string, Moment[]>()

  const end = (node: string, op: string, moment: Moment, status: EventOf<'published'>['status']): void => {
    const call = calls.get(node)?.get(op)
    if (call === undefined) return
    if (status === 'queued') call.queued = moment
    else call.ended ??= { ...moment, as: status }
  }

  /** What it publishes because of a redrive or a write may count as well. */
  const publishesItself = (node: string, by: Moment): boolean =>
    writes.get(node)?.some((one) => isBefore(one, by)) === true ||
    redrives.all.some((one) => one.node === node && isBefore(one.began, by))
  /** What readers of dead letters are handed is set aside, but counts. */
  const readsLetters = (node: string, by: Moment): boolean =>
    redrives.read.some((one) => one.node === node && one.at <= by.at)

  const callsBy = (as: 'acknowledged' | 'failed', node: string, asked: Moment, answered: Moment): Range => {
    let least = 0
    let most = publishesItself(node, answered) ? ANY : 0
    for (const { began, ended } of calls.get(node)?.values() ?? []) {
      if (!isBefore(began, answered)) continue
      if (ended?.as === as && ended.at < asked.at) least += 1
      // How it ends may be known to the bus before its caller has heard of it.
      if (ended === null || ended.as === as || !isBefore(ended, answered)) most += 1
    }
    return { least, most }
  }

  const waiting = (node: string, asked: Moment, answered: Moment): Range => {
    let least = 0
    let most = 0
    for (const { began, queued, attempts, ended } of calls.get(node)?.values() ?? []) {
      if (!isBefore(began, answered) || (ended !== null && ended.at < asked.at)) continue
      most += 1
      // What is being tried may have left the queue for that.
      const isTried = attempts.some((one) => isBefore(one.began, answered) && (one.ended?.at ?? ANY) >= asked.at)
      const waits = queued !== null && queued.at < asked.at && (ended === null || isBefore(answered, ended))
      if (waits && !isTried) least += 1
    }
    return { least, most }
  }

  const happened = (all: readonly Moment[] = [], asked: Moment, answered: Moment, underWay = 0): Range => ({
    least: all.filter(({ at }) => at < asked.at).length,
    most: all.filter((one) => isBefore(one, answered)).length + underWay,
  })

  /** What was rejected may be stored and not reported yet, and each member may be storing what cannot be read. */
  const lettersBy = (node: string, asked: Moment, answered: Moment): Range => {
    const { least, most } = happened(deadLettered.get(node), asked, answered)
    if (readsLetters(node, answered)) return { least, most: ANY }
    const due = [...(rejected.get(node)?.values() ?? [])].filter((one) => isBefore(one, answered)).length
    return { least, most: Math.max(most + (members.get(node)?.length ?? 0), due) }
  }

  return {
    takes: [
      'publish',
      'published',
      'settled',
      'trial',
      'trial-ended',
      'attempt-began',
      'attempt-ended',
      'handled',
      'dead-lettered',
      'subscribe',
      'write',
    ],
    step(event, moment) {
      switch (event.type) {
        case 'publish':
          return void mapIn(calls, event.node).set(event.op, newCall(moment))
        case 'trial':
          if (isPublish(event)) mapIn(calls, event.node).set(event.trial, newCall(moment))
          return
        case 'published':
        case 'settled':
          return end(event.node, event.op, moment, event.status)
        case 'trial-ended':
          // How one that was taken goes on, nobody tells.
          if (event.outcome === 'refused') end(event.node, event.trial, moment, 'failed')
          return
        case 'attempt-began':
          return void calls.get(event.node)?.get(event.op)?.attempts.push({ began: moment, ended: null })
        case 'attempt-ended': {
          const attempt = calls.get(event.node)?.get(event.op)?.attempts.at(-1)
          if (attempt !== undefined) attempt.ended = moment
          return
        }
        case 'handled':
          if (event.outcome === 'ok') listIn(handled, event.node).push(moment)
          else mapIn(rejected, event.node).set(`${event.group} ${event.op}`, moment)
          return
        case 'dead-lettered':
          return void listIn(deadLettered, event.node).push(moment)
        case 'subscribe':
          return void listIn(members, event.node).push(moment)
        case 'write':
          return void listIn(writes, event.node).push(moment)
      }
    },
    last: (meaning, node, by) =>
      [...(calls.get(node) ?? [])]
        .filter(([, { ended }]) => ended !== null && ended.as === meaning && isBefore(ended, by))
        .toSorted(([, one], [, other]) => (one.ended?.seq ?? 0) - (other.ended?.seq ?? 0))
        .at(-1)?.[0],
    range(meaning, node, asked, answered) {
      switch (meaning) {
        case 'acknowledged':
        case 'failed':
          return callsBy(meaning, node, asked, answered)
        case 'queued':
          return waiting(node, asked, answered)
        case 'handled':
          return happened(handled.get(node), asked, answered, readsLetters(node, answered) ? ANY : 0)
        case 'deadLettered':
          return lettersBy(node, asked, answered)
      }
    },
  }
}
