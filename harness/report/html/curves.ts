/** Rate and latency of a chaos run over time, with the faults behind them as bands. */
import type { Point, Series } from '../../certificate/soak.ts'
import { duration } from '../../text.ts'
import { attributes, element, text } from './markup.ts'

/** px */
const WIDTH = 1_000
const HEIGHT = 180
const LEFT = 70
const TOP = 10
const BOTTOM = 24
const INNER = HEIGHT - TOP - BOTTOM

interface Curve {
  readonly name: string
  readonly style: string
  readonly of: (point: Point) => number | null
}

const RATE: readonly Curve[] = [{ name: 'acknowledged a second', style: 'first', of: ({ rate }) => rate }]
const LATENCY: readonly Curve[] = [
  { name: 'p50', style: 'first', of: ({ p50 }) => p50 },
  { name: 'p99', style: 'second', of: ({ p99 }) => p99 },
]

export function curvesOf(series: Series): string {
  if (series.points.length < 2) return ''
  const legend = element(
    'p',
    { class: 'soft' },
    text('Bands are faults. Latency of publishes in ms, from when they were to be sent.'),
  )
  return [
    chart(series, { title: 'Acknowledged messages a second', curves: RATE, scale: linear }),
    chart(series, { title: 'Publish latency, ms, p50 and p99', curves: LATENCY, scale: logarithmic }),
    legend,
  ].join('')
}

interface Scale {
  /** Part of the height. */
  readonly at: (value: number) => number
  readonly marks: readonly number[]
}

function linear(most: number): Scale {
  const top = niceTop(most)
  return { at: (value) => value / top, marks: [0, top / 2, top] }
}

function logarithmic(most: number): Scale {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(10, most))))
  return {
    at: (value) => Math.log10(Math.max(1, value)) / decades,
    marks: Array.from({ length: decades + 1 }, (_, decade) => 10 ** decade),
  }
}

function niceTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return Math.max(1, Math.ceil(most / step) * step)
}

interface Chart {
  readonly title: string
  readonly curves: readonly Curve[]
  readonly scale: (most: number) => Scale
}

function chart({ points, bands }: Series, { title, curves, scale }: Chart): string {
  const until = Math.max(points.at(-1)?.at ?? 1, ...bands.map(({ to }) => to), 1)
  const x = (at: number): number => round(LEFT + (at / until) * (WIDTH - LEFT - 10))
  const most = Math.max(1, ...points.flatMap((point) => curves.map(({ of }) => of(point) ?? 0)))
  const { at, marks } = scale(most)
  const y = (value: number): number => round(TOP + INNER * (1 - Math.min(1, at(value))))
  const picture = element(
    'svg',
    {
      class: 'curves',
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': `${title}, over ${duration(until)}; at most ${round(most)}`,
    },
    element('title', {}, text(title)),
    ...bands.map(({ from, to, name }) =>
      element(
        'rect',
        { class: 'band', x: x(from), y: TOP, width: Math.max(1, round(x(to) - x(from))), height: INNER },
        element('title', {}, text(`${name}, ${duration(from)} to ${duration(to)}`)),
      ),
    ),
    ...marks.flatMap((mark) => [
      `<line${attributes({ class: 'mark', x1: LEFT, x2: WIDTH - 10, y1: y(mark), y2: y(mark) })}/>`,
      element('text', { x: LEFT - 6, y: y(mark) + 4, 'text-anchor': 'end' }, text(round(mark))),
    ]),
    ...[0, until / 2, until].map((when, index) =>
      element(
        'text',
        { x: x(when), y: HEIGHT - 6, 'text-anchor': (['start', 'middle', 'end'] as const)[index] ?? 'middle' },
        text(duration(when)),
      ),
    ),
    ...curves.map(
      ({ style, of }) => `<path${attributes({ class: `curve ${style}`, d: pathOf(points, of, { x, y }) })}/>`,
    ),
  )
  return `${element('h3', {}, text(title))}${picture}`
}

interface Axes {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

/** Where there is no value, there is a gap. */
function pathOf(points: readonly Point[], of: Curve['of'], { x, y }: Axes): string {
  let isOpen = false
  return points
    .map((point) => {
      const value = of(point)
      if (value === null) {
        isOpen = false
        return ''
      }
      const step = `${isOpen ? 'L' : 'M'}${x(point.at)} ${y(value)}`
      isOpen = true
      return step
    })
    .join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
