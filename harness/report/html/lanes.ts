/** The steps of a failure as a picture: a lane for each of who acted, time from top to bottom, the step that broke the clause marked. */
import type { Failure, StoryStep } from '../../certificate/certificate.ts'
import { COLUMNS } from '../../events/kind.ts'
import { clip, time } from '../../text.ts'
import { attributes, element, text } from './markup.ts'

/** px */
const LANE = 240
const TIMES = 80
const ROW = 20
const HEAD = 28
const WIDTH = TIMES + LANE * COLUMNS.length
/** Letters of a lane's text that fit: one is 7.3 px wide. */
const LETTERS = 7.3

export function lanesOf(steps: readonly StoryStep[], { clause }: Pick<Failure, 'clause'>): string {
  if (steps.length === 0) return ''
  const height = HEAD + ROW * steps.length + 6
  const heads = COLUMNS.map((column, index) =>
    element('text', { x: TIMES + LANE * index, y: 16, 'font-weight': 700 }, text(column)),
  )
  const lines = COLUMNS.map(
    (_, index) =>
      `<line${attributes({ class: 'lane', x1: laneAt(index), x2: laneAt(index), y1: HEAD - 4, y2: height })}/>`,
  )
  const picture = element(
    'svg',
    {
      class: 'lanes',
      xmlns: 'http://www.w3.org/2000/svg',
      width: WIDTH,
      height,
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'group',
      'aria-label': `The steps that violate ${clause}, in the order in which they happened`,
    },
    ...heads,
    ...lines,
    ...steps.map(stepAt),
  )
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Steps of ${clause}` }, picture)
}

const laneAt = (index: number): number => TIMES + LANE * index - 10

/** Its whole text shows when one points at it, or reaches it with the keyboard. */
function stepAt({ at, column, text: said, breaks }: StoryStep, index: number): string {
  const lane = COLUMNS.indexOf(column)
  const y = HEAD + ROW * index
  const x = TIMES + LANE * lane
  const room = Math.floor((WIDTH - x) / LETTERS)
  const kind = breaks ? 'breaks' : /^[✖✓]/.test(said) ? 'fault' : null
  const whole = `${time(at)} ms, ${column}: ${said}${breaks ? ' (this step breaks the clause)' : ''}`
  return element(
    'g',
    { class: kind, tabindex: 0, role: 'img', 'aria-label': whole },
    element('title', {}, text(whole)),
    `<rect${attributes({ class: 'row', x: 0, y, width: WIDTH, height: ROW })}/>`,
    element(
      'text',
      { class: 'time', x: TIMES - 22, y: y + 14, 'text-anchor': 'end' },
      text(`${breaks ? '▶ ' : ''}${time(at)}`),
    ),
    `<circle${attributes({ cx: laneAt(lane), cy: y + 10, r: breaks ? 5 : 3 })}/>`,
    element('text', { x, y: y + 14 }, text(clip(said, room))),
  )
}
