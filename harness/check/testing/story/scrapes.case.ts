/** Scrapes, and what a bus exposes. */
import type { EventOf } from '../../event.ts'
import { type Happening, NODE } from './basis.case.ts'

type Samples = EventOf<'scraped'>['samples']

interface Values {
  readonly acknowledged?: number
  readonly failed?: number
  readonly handled?: number
  readonly deadLettered?: number
  readonly queued?: number
  readonly states?: Readonly<Record<string, number>>
  readonly health?: number
}

/** What a bus with the claims of `ALL_CLAIMS` exposes. */
export const exposes = ({
  acknowledged = 0,
  failed = 0,
  handled = 0,
  deadLettered = 0,
  queued = 0,
  states = { closed: 1, open: 0 },
  health = 1,
}: Values = {}): Samples => [
  { name: 'publishes_total', labels: { outcome: 'acknowledged' }, value: acknowledged },
  { name: 'publishes_total', labels: { outcome: 'failed' }, value: failed },
  { name: 'handled_total', labels: {}, value: handled },
  { name: 'dead_letters_total', labels: {}, value: deadLettered },
  { name: 'queued', labels: {}, value: queued },
  ...Object.entries(states).map(([state, value]) => ({ name: 'breaker_state', labels: { state }, value })),
  { name: 'health', labels: {}, value: health },
]

/** Asked at `at`, and answered `takes` ms later; never if that is null. */
export const scraped = (
  at: number,
  samples: Samples,
  {
    takes = 0,
    node = NODE,
    ...met
  }: { readonly takes?: number | null; readonly node?: string } & Pick<EventOf<'scraped'>, 'wrong' | 'error'> = {},
): Happening => {
  const scrape = `scrape-${node}-${at}`
  const question = { type: 'scrape', at, node, scrape } as const
  return takes === null ? [question] : [question, { type: 'scraped', at: at + takes, node, scrape, samples, ...met }]
}
