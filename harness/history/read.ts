import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { messageOf, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { eventShape } from '../events/kinds.ts'
import { currentEvent, currentHeader, FORMER_HISTORY } from '../former-formats.ts'
import { sentenceOf } from '../sentence.ts'
import { HISTORY_FORMAT, headerShape, type RunHeader } from './header.ts'

/** An event in the words of today. */
type Current = (event: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
const asItIs: Current = (event) => event

export interface ReadHistory {
  readonly header: RunHeader
  readonly events: readonly Event[]
  /** False if the history is incomplete: do not judge what only the end can decide. */
  readonly complete: boolean
  /** Where a cut history ends, in one sentence. */
  readonly note: string | null
}

/**
 * Reads a history from its file of JSON lines, which may be compressed by gzip. A last line that was cut short and a missing end are no
 * errors; anything else that is broken is a {@link UsageError} with the line's number.
 */
export async function readHistory(path: string): Promise<ReadHistory> {
  return parseHistory(await readText(path), path)
}

async function readText(path: string): Promise<string> {
  const remedy = 'give the path of a history.jsonl written by busproof'
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new UsageError(`${path}: ${why}; ${remedy}`)
  }
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes.toString()
  const plain = await promisify(gunzip)(bytes).catch((error: unknown) => {
    throw new UsageError(`${path}: it is not whole (${messageOf(error)}); ${remedy}`)
  })
  return plain.toString()
}

const GZIP = Buffer.from([0x1f, 0x8b])

/** The same over a text in memory; `name` is what messages call it. */
export function parseHistory(text: string, name: string): ReadHistory {
  const lines = text.split('\n')
  // What follows the last line break was still being written when the history was cut; normally it is nothing.
  const rest = lines.pop() ?? ''
  const { header, current } = parseHeader(lines[0] ?? rest, name)
  const events: Event[] = []
  for (let index = 1; index < lines.length; index += 1) {
    events.push(parseEvent(lines[index] ?? '', current, `${name}, line ${index + 1}`, events.at(-1)?.type))
  }
  const whole = rest === '' || lines.length === 0 ? null : tryEvent(rest, current)
  if (whole !== null) events.push(whole)
  const complete = events.at(-1)?.type === 'end'
  if (complete) return { header, events, complete, note: null }
  const cut = rest !== '' && lines.length > 0 && whole === null
  return { header, events, complete, note: describeCut(name, events, cut) }
}

function describeCut(name: string, events: readonly Event[], midLine: boolean): string {
  const last = events.length + 1
  const phase = events.findLast((event) => event.type === 'phase')
  const where = phase === undefined ? 'before traffic began' : `in phase ${phase.phase}`
  const how = midLine ? `in the middle of line ${last + 1}` : `after line ${last}`
  return `${name} ends ${how}, ${where}: whatever only the end of a run can decide is not judged`
}

/** With how its events are read. */
function parseHeader(line: string, name: string): { readonly header: RunHeader; readonly current: Current } {
  const remedy = 'give a history.jsonl written by busproof'
  const read = tryObject(line)
  if (read === null) throw new UsageError(`${name}, line 1: this is not a history's header; ${remedy}`)
  const isFormer = read['format'] === FORMER_HISTORY
  const header = isFormer ? { ...currentHeader(read), format: HISTORY_FORMAT } : read
  if (header['type'] !== 'run' || header['format'] !== HISTORY_FORMAT) {
    const found = typeof header['format'] === 'string' ? `format ${header['format']}` : 'something else'
    throw new UsageError(`${name}, line 1: expected a header of format ${HISTORY_FORMAT}, found ${found}; ${remedy}`)
  }
  const parsed = headerShape.safeParse(header)
  if (!parsed.success)
    throw new UsageError(`${sentenceOf(parsed.error, `${name}, line 1`).replace(/\.$/, '')}; ${remedy}`)
  return { header: header as unknown as RunHeader, current: isFormer ? currentEvent : asItIs }
}

function parseEvent(line: string, current: Current, place: string, before: string | undefined): Event {
  const remedy = 'restore the line, or remove it and all later lines to judge the earlier ones'
  if (before === 'end') throw new UsageError(`${place}: nothing may follow the end event; remove it`)
  const read = tryObject(line)
  if (read === null) throw new UsageError(`${place}: this is not a JSON object; ${remedy}`)
  const event = current(read)
  const shape = eventShape(event['type'])
  if (shape === undefined) {
    throw new UsageError(
      `${place}: ${JSON.stringify(event['type']) ?? 'a missing type'} is not an event type; ${remedy}`,
    )
  }
  const parsed = shape.safeParse(event)
  if (!parsed.success) {
    throw new UsageError(`${sentenceOf(parsed.error, `${place}, ${event['type']}`).replace(/\.$/, '')}; ${remedy}`)
  }
  return event as unknown as Event
}

/** A last line without its line break may still be whole; if it is not, it was cut. */
function tryEvent(line: string, current: Current): Event | null {
  const read = tryObject(line)
  const event = read === null ? null : current(read)
  return eventShape(event?.['type'])?.safeParse(event).success === true ? (event as unknown as Event) : null
}

function tryObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    // Not JSON: the caller says so, with the line's number.
    return null
  }
}
