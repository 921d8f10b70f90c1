import type { RunHeader } from '../../history/header.ts'
import type { Event, EventOf, Position } from '../event.ts'
import { listIn, type Moment, mapIn, NONE } from './moment.ts'
import type { Positions } from './positions.ts'

/** A dead letter as the witness found it, or, without a witness, as the adapter reported it. */
export interface Letter extends Moment {
  /** Null if it does not say which message it belongs to. */
  readonly op: string | null
  /** Null if it does not name its group. */
  readonly group: string | null
  readonly original: Position | null
  /** Null without a witness. */
  readonly found: EventOf<'dead-letter'> | null
}

interface Reported {
  readonly event: EventOf<'dead-lettered'>
  readonly moment: Moment
}

export interface DeadLetters {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** See {@link Positions.forgetPlaces}. */
  forgetPlaces(): void
  /** Known only at the end where the witness reads the system after the run. */
  all(): readonly Letter[]
  /** The dead letters of the message in this group, including those that do not name their group. */
  of(group: string, op: string): readonly Letter[]
  /** What the adapter reported as dead-lettered, in order. */
  readonly reported: readonly Reported[]
  /** When the adapter first reported that the dead letter of this message was taken; null when it never did. */
  reportedAt(group: string, op: string): Moment | null
  /** From when on it certainly lay there; null if nobody knows, as where the witness reads only after the run and the adapter tells nothing. */
  thereFrom(letter: Letter): Moment | null
}

/** When the adapter first reported each, by group and op. */
type Reports = Map<string, Map<string, Moment>>

export function createDeadLetters(witness: RunHeader['witness'], positions: Positions): DeadLetters {
  const found: { readonly event: EventOf<'dead-letter'>; readonly moment: Moment }[] = []
  const reported: Reported[] = []
  let index: { size: number; letters: Letter[]; byOp: Map<string, Letter[]>; reports: Reports } | null = null

  /** Built on first use: the message at a position may become known later than its dead letter. */
  const indexed = () => {
    const size = found.length + reported.length
    if (index?.size === size) return index
    const letters = witness === 'none' ? reported.map(reportedLetter) : found.map(foundLetter)
    const byOp = new Map<string, Letter[]>()
    for (const letter of letters) if (letter.op !== null) listIn(byOp, letter.op).push(letter)
    const reports: Reports = new Map()
    for (const { event, moment } of reported) {
      const own = mapIn(reports, event.group)
      const op = positions.opAt(event.position) ?? ''
      if (!own.has(op)) own.set(op, moment)
    }
    index = { size, letters, byOp, reports }
    return index
  }
  const reportedAt = (group: string, op: string): Moment | null => indexed().reports.get(group)?.get(op) ?? null
  const foundLetter = ({ event, moment }: (typeof found)[number]): Letter => {
    const original = originalOf(event)
    const op = event.op ?? (original === null ? null : positions.opAt(original))
    return { ...moment, op, group: event.fields['original_group'] ?? null, original, found: event }
  }
  const reportedLetter = ({ event, moment }: (typeof reported)[number]): Letter => {
    const original = event.position
    return { ...moment, op: positions.opAt(original), group: event.group, original, found: null }
  }

  return {
    takes: ['dead-letter', 'dead-lettered'],
    step(event, moment) {
      if (event.type === 'dead-letter') found.push({ event, moment })
      else if (event.type === 'dead-lettered') reported.push({ event, moment })
    },
    forgetPlaces() {
      found.length = 0
      reported.length = 0
      index = null
    },
    reported,
    all: () => indexed().letters,
    of: (group, op) =>
      indexed()
        .byOp.get(op)
        ?.filter((one) => one.group === null || one.group === group) ?? NONE,
    reportedAt,
    thereFrom: (letter) => {
      if (witness === 'live') return letter
      const { op, group } = letter
      return op === null || group === null ? null : reportedAt(group, op)
    },
  }
}

/** The position of the message according to its fields; null if they are unreadable. */
export function originalOf({ fields, original }: EventOf<'dead-letter'>): Position | null {
  if (original !== undefined) return original
  const { original_topic: topic, original_partition: partition, original_position: offset } = fields
  if (topic === undefined || !isWholeNumber(partition) || !isWholeNumber(offset)) return null
  return { topic, partition: Number(partition), offset: Number(offset) }
}

const isWholeNumber = (text: string | undefined): boolean => text !== undefined && /^\d+$/.test(text)
