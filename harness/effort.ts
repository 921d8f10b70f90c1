/** How much a certification tries. Every effort draws the same plans in the same order; a greater effort continues for longer. */
import { type Duration, milliseconds } from './duration.ts'
import { UsageError } from './errors.ts'
import type { SiteKind } from './site-name.ts'

export const EFFORTS = ['quick', 'default', 'thorough'] as const
export type Effort = (typeof EFFORTS)[number]

export interface EffortFigures {
  /** Generated runs at least; more of them while clauses are short of occasions. */
  readonly runs: number
  /** Runs in all at most, those of pinned plans left out; null where nothing but `runs` decides. */
  readonly atMost: number | null
  /** The whole certification, ms. */
  readonly time: number
  /** How often a failing plan is run again. In virtual time once says it all. */
  readonly repetitions: number
  /** Shrinking all failures together, within the time of the whole, ms. */
  readonly shrink: number
}

const MINUTE = 60_000

/** Times are generous: they end what hangs, and a busy machine must not spoil a certificate. A quick look has to be quick. */
export const EFFORT: Readonly<Record<Effort, Readonly<Record<SiteKind, EffortFigures>>>> = {
  quick: {
    simulated: { runs: 400, atMost: 60, time: MINUTE / 2, repetitions: 1, shrink: 5_000 },
    real: { runs: 40, atMost: 20, time: 50_000, repetitions: 2, shrink: 15_000 },
  },
  default: {
    simulated: { runs: 400, atMost: null, time: 10 * MINUTE, repetitions: 1, shrink: 20_000 },
    real: { runs: 40, atMost: null, time: 20 * MINUTE, repetitions: 5, shrink: 170_000 },
  },
  thorough: {
    simulated: { runs: 2_000, atMost: null, time: 60 * MINUTE, repetitions: 1, shrink: MINUTE },
    real: { runs: 200, atMost: null, time: 120 * MINUTE, repetitions: 10, shrink: 10 * MINUTE },
  },
}

/** What an effort comes to where some of its figures were given instead. Throws a {@link UsageError} for what cannot be. */
export function figuresFor(options: Asked, kind: SiteKind): EffortFigures {
  const figures = EFFORT[effortOf(options)][kind]
  const shrink = options.shrink === undefined ? figures.shrink : milliseconds(options.shrink, 'shrink')
  const time = options.time === undefined ? timeFor(options, figures, shrink) : limit(options.time)
  return { ...figures, shrink, time, ...(options.runs === undefined ? {} : { runs: options.runs, atMost: null }) }
}

/** Of what a caller may ask for, that which decides how much is tried. */
interface Asked {
  readonly effort?: Effort
  readonly runs?: number
  readonly time?: Duration
  readonly shrink?: Duration
  readonly plans?: readonly unknown[]
}

export function effortOf({ effort = 'default' }: Pick<Asked, 'effort'>): Effort {
  if (EFFORTS.includes(effort)) return effort
  throw new UsageError(
    `effort ${String(effort)} is unknown: give ${EFFORTS.slice(0, -1).join(', ')} or ${EFFORTS.at(-1)}`,
  )
}

function limit(time: Duration): number {
  const ms = milliseconds(time, 'time')
  if (ms === 0) throw new UsageError("time 0 leaves nothing to certify in: give more, such as '90s'")
  return ms
}

/** Where more was asked for than the effort makes, it may take longer too. */
function timeFor({ runs, plans }: Asked, figures: EffortFigures, shrink: number): number {
  const usual = figures.atMost ?? figures.runs
  const asked = plans?.length ?? runs ?? usual
  return figures.time * Math.max(1, asked / usual) + Math.max(0, shrink - figures.shrink)
}
