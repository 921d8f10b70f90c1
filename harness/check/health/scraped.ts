/** The scrapes of a run: what each open bus was asked for, and what it exposed. */
import { selected } from '../../claims/metrics.ts'
import type { Event, EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'

export interface Scrape {
  readonly node: string
  readonly asked: Moment
  /** Null if it was never answered. */
  answered: (Moment & { readonly event: EventOf<'scraped'> }) | null
}

export interface Scrapes {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** Those of buses that had not begun to close when they answered, in the order in which they were asked. Ask at the end. */
  ofOpen(): readonly Scrape[]
}

export function createScrapes({ nodes }: Ledger): Scrapes {
  const all: Scrape[] = []
  const open = new Map<string, Scrape>()
  return {
    takes: ['scrape', 'scraped'],
    step(event, moment) {
      if (event.type === 'scrape') {
        const scrape: Scrape = { node: event.node, asked: moment, answered: null }
        all.push(scrape)
        open.set(event.scrape, scrape)
      } else if (event.type === 'scraped') {
        const scrape = open.get(event.scrape)
        if (scrape !== undefined) scrape.answered = { ...moment, event }
        open.delete(event.scrape)
      }
    },
    ofOpen: () =>
      all.filter(({ node, answered }) => {
        const gone = nodes.goneAt(node)
        return gone === null || (answered !== null && isBefore(answered, gone))
      }),
  }
}

type Samples = EventOf<'scraped'>['samples']

/** The samples that a claimed metric selects. */
export function samplesOf(samples: Samples, selector: string): Samples {
  const { name, labels } = selected(selector)
  return samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  )
}

/** What a claimed counter or gauge tells; null where it is not exposed, or is no number. */
export function numberOf(samples: Samples, selector: string): number | null {
  const values = samplesOf(samples, selector).map(({ value }) => value)
  return values.length === 0 || values.includes(null)
    ? null
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
