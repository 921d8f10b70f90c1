/** The health checks and the scrapes that every run makes: of a calm bus, and of one that closes. They do nothing where these are not claimed. */
import type { Asked } from '../claims/descriptor.ts'
import { checkHealth } from '../claims/health.ts'
import { scrapeMetrics } from '../claims/metrics.ts'
import type { BusHealth } from '../vocabulary.ts'
import { settleWithin, sleep } from '../waiting.ts'

/** How long a late answer is waited for: longer than the lateness that is excused on any site, ms. */
const LATENESS = 4_000

/** Asks where health is claimed, and waits for the answer, though not for ever. */
export async function checkOnce(asked: Asked, name: string): Promise<BusHealth | null> {
  const { health } = asked.claims
  if (health === undefined) return null
  let given: BusHealth | null = null
  const checking = checkHealth(asked, name).then((answered) => {
    given = answered
  })
  await settleWithin([checking], health.timeout + LATENESS)
  return given
}

/** Asks a calm bus for its metrics, and for its health until it is well. */
export async function watchCalm(asked: Asked, node: string, isOver: () => boolean): Promise<void> {
  const { metrics, publish } = asked.claims
  if (metrics !== undefined)
    await settleWithin([scrapeMetrics(asked, `scrape-${node}-calm`)], publish.timeout + LATENESS)
  await checkUntilWell(asked, `health-${node}-calm`, isOver)
}

/** How often at most a bus is asked until it must be well. */
const MOST_LOOKS = 10

/** Asks until it is well, until it must be, given that no fault is left, or until `isOver`. */
export async function checkUntilWell(asked: Asked, name: string, isOver: () => boolean): Promise<void> {
  const { health, recovery } = asked.claims
  if (health === undefined) return
  const patience = recovery.deadline + health.timeout + health.age
  const pause = Math.max(health.age, patience / MOST_LOOKS)
  for (let waited = 0, times = 0; !isOver(); times++) {
    const given = await checkOnce(asked, `${name}-${times}`)
    if (waited > patience || (given?.status === 'healthy' && given.ready)) return
    await sleep(pause)
    waited += pause
  }
}
