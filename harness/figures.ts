/** Whole numbers as options take them: the same bounds for the API and the command line. */
import { UsageError } from './errors.ts'

export interface Bounds {
  readonly what: string
  readonly least: number
  readonly most: number
}

export const FIGURES = {
  seed: { what: 'a whole number', least: 0, most: 0xffff_ffff },
  runs: { what: 'a whole number of runs', least: 1, most: 1_000_000 },
  lanes: { what: 'a whole number of lanes', least: 1, most: 64 },
  servers: { what: 'a whole number of servers', least: 1, most: 99 },
  repeat: { what: 'a whole number of repetitions', least: 1, most: 1_000 },
} as const satisfies Readonly<Record<string, Bounds>>

type Figure = keyof typeof FIGURES

export const isWithin = (value: unknown, { least, most }: Bounds): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

export const rangeOf = ({ what, least, most }: Bounds): string => `${what} from ${least} to ${most}`

/** Throws a {@link UsageError} that names the option of the API that is no such number, and what to give; those left out are fine. */
export function checkFigures(options: { readonly [name in Figure]?: unknown }): void {
  for (const [name, bounds] of Object.entries(FIGURES)) {
    const value = options[name as Figure]
    if (value !== undefined && !isWithin(value, bounds))
      throw new UsageError(`${name} ${inWords(value)} is not allowed: give ${rangeOf(bounds)}`)
  }
}

const inWords = (value: unknown): string => (typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '?'))
