/** What mutants do to the metrics that a bus exposes. */
import { BUS_METRICS } from '../adapters/observability/index.ts'
import type { Bus, Observation, Site } from '../harness/adapter.ts'

export const ACKNOWLEDGED = `${BUS_METRICS.publishes}{outcome="acknowledged"}`
export const FAILED = `${BUS_METRICS.publishes}{outcome="failed"}`
export const HANDLED = BUS_METRICS.handled
export const DEAD_LETTERS = BUS_METRICS.deadLetters
export const QUEUED = BUS_METRICS.queued
export const BREAKER = BUS_METRICS.breaker
export const HEALTH = BUS_METRICS.health

/** The same bus, which exposes another text. */
export const exposing = (bus: Bus, change: (text: string) => string | Promise<string>): Bus => ({
  ...bus,
  async metrics() {
    const text = await bus.metrics?.()
    if (text === undefined) throw new Error('a bus that is to expose something else has metrics')
    return await change(text)
  },
})

/** The text with another value of each series whose line begins so. */
export const withValues = (text: string, series: string, change: (value: number, name: string) => number): string =>
  text
    .split('\n')
    .map((line) => {
      if (!line.startsWith(series)) return line
      const [name = '', value = ''] = line.split(' ')
      return `${name} ${change(Number(value), name)}`
    })
    .join('\n')

/** The same bus, which exposes more of one series: as much as `times` says. */
export const exposingMore = (bus: Bus, series: string, times: () => number): Bus =>
  exposing(bus, (text) => withValues(text, series, (value) => value + times()))

/** Counts observations of each site. */
export function observationsOf(counts: (observation: Observation) => boolean) {
  const found = new WeakMap<Site, number>()
  return {
    site(site: Site): Site {
      const counting: Site = {
        ...site,
        observe(observation) {
          if (counts(observation)) found.set(counting, (found.get(counting) ?? 0) + 1)
          site.observe(observation)
        },
      }
      return counting
    },
    of: (site: Site): number => found.get(site) ?? 0,
  }
}
