/** A failure as a story: what was promised, what happened to which message, and how to see it again. */
import { CLAUSES } from '../../spec/index.ts'
import type { Failure } from '../certificate/certificate.ts'
import type { Violation } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import type { RunHeader } from '../history/header.ts'
import type { PlanSize } from '../plan/size.ts'
import { labelled, plural, WIDTH, withoutPrefix, wrap } from '../text.ts'
import { drawTimeline } from './timeline.ts'

export interface Story {
  readonly header: RunHeader
  readonly events: readonly Event[]
  readonly violation: Violation
  /** What confirming and shrinking found; a story from a stored history has none. */
  readonly failure?: Pick<Failure, 'id' | 'folder' | 'also' | 'confirmed' | 'shrunk'>
  /** All of it, however many lines that takes. */
  readonly full?: boolean
}

/** A story has about this many lines; the whole history stays on disk. */
const MOST_LINES = 25
const LEAST_TIMELINE = 8
/** Of the clauses that were violated along with one. */
const MOST_ALSO = 6

/** Plain text of about 25 lines, 100 columns wide; a few more where what the story turns on takes them. */
export function tellStory(story: Story): string[] {
  const above = [...clauseLines(story), ...wrap(clean(story, story.violation.message), WIDTH, most(story, 2)), '']
  const below = ['', ...outcomeLines(story), ...alsoLines(story), ...failureLines(story.failure)]
  const space = most(story, Math.max(LEAST_TIMELINE, MOST_LINES - above.length - below.length))
  return [...above, ...drawTimeline(story.events, story.violation, story.header.prefix, space), ...below]
}

const most = ({ full }: Story, lines: number): number => (full === true ? Number.POSITIVE_INFINITY : lines)

function clauseLines(story: Story): string[] {
  const id = story.violation.clause
  const clause = CLAUSES.find((one) => one.id === id)
  if (clause === undefined) return [id]
  const text = wrap(clause.text, WIDTH - 2, most(story, 2))
  return [`${id} ${clause.level} · ${clause.title}`, ...text.map((line) => `  ${line}`)]
}

const clean = (story: Story, text: string): string => withoutPrefix(text, story.header.prefix)

const outcomeLines = (story: Story): string[] => [
  ...labelled('expected', clean(story, story.violation.expected), most(story, 2)),
  ...labelled('actual', clean(story, story.violation.actual), most(story, 2)),
]

/** One line for each clause that was violated along with it. */
function alsoLines(story: Story): string[] {
  const { also = [] } = story.failure ?? {}
  const told = also.map(({ clause, message }) => `${clause}: ${message}`)
  const [shown, left] = [told.slice(0, most(story, MOST_ALSO)), told.length - MOST_ALSO]
  const lines = left > 0 && story.full !== true ? [...shown, `and ${plural(left, 'more clause')}`] : shown
  return lines.flatMap((line, index) => labelled(index === 0 ? 'also failed' : '', line, most(story, 1)))
}

function failureLines(failure: Story['failure']): string[] {
  if (failure === undefined) return []
  const { confirmed, shrunk } = failure
  const from = sizeText(shrunk.from)
  const to = sizeText(shrunk.to)
  const why = WHY[shrunk.ended]
  const isSmaller = to !== from || shrunk.ended === 'minimal'
  const shrinking = isSmaller ? `${from} → ${to}${why}` : `not shrunk${why}: ${from}`
  return [
    ...(confirmed.of === 0 ? [] : labelled('reproduced', reproduced(confirmed), 1)),
    ...labelled('shrunk', shrinking, 2),
    ...(failure.folder === null ? [] : labelled('replay', `busproof replay ${failure.id}`, 1)),
    ...(failure.folder === null ? [] : labelled('pin', `busproof pin ${failure.id}`, 1)),
    ...(failure.folder === null ? [] : labelled('files', failure.folder, 1)),
  ]
}

/** A violation that is on record stands, however seldom it comes. */
const reproduced = ({ failed, of }: Failure['confirmed']): string =>
  failed > 0 || of === 0
    ? `${failed} of ${of}${of === 0 ? ': it was not repeated' : ''}`
    : `0 of ${of}: observed once, but not reproduced in ${plural(of, 'run')}`

const WHY: Readonly<Record<Failure['shrunk']['ended'], string>> = {
  minimal: '',
  budget: ', the time was up',
  unasked: ', as nobody asked for it',
  interrupted: ', it was interrupted',
  unsteady: ', because no smaller plan was reproduced',
  'broken off': ', a run was aborted',
  'not reproduced': ', because it was not reproduced',
}

/** In words. */
export const sizeText = (size: PlanSize): string =>
  [plural(size.messages, 'message'), plural(size.faults, 'fault'), plural(size.consumers, 'consumer')].join(', ')
