/** What has changed between two certificates of one adapter. */
import type { Certificate, Verdict } from './certificate.ts'

export interface Change {
  /** A clause, or what else a certificate says. */
  readonly what: string
  readonly before: string
  readonly after: string
}

/** What has changed since an earlier certificate. */
export interface Compared {
  /** The file of the earlier one. */
  readonly with: string
  readonly changes: readonly Change[]
}

/** The fields of a certificate that are compared; certificates of every format have them. */
export type Comparable = Pick<Certificate, 'adapter' | 'system' | 'certified' | 'level' | 'site'> & {
  readonly effort?: string | undefined
  readonly profile?: string | undefined
  readonly settings?: string | undefined
  readonly verdicts: readonly (Pick<Verdict, 'clause' | 'verdict'> & {
    readonly waived?: { readonly was: string } | undefined
  })[]
  readonly environment: Readonly<Record<string, unknown>>
}

/** In the order of the later certificate; what only one of them has is compared with `absent`. */
export function compare(before: Comparable, after: Comparable): readonly Change[] {
  const verdictsOf = ({ verdicts }: Comparable) =>
    new Map(verdicts.map(({ clause, verdict, waived }) => [clause, waived ? `${verdict} (${waived.was})` : verdict]))
  const facts = ({
    adapter,
    system,
    certified,
    level,
    profile,
    settings,
    site,
    effort,
    environment,
  }: Comparable): [string, unknown][] => [
    ['adapter', adapter],
    ['system', system],
    ['certified', certified ? 'yes' : 'no'],
    ['level', level],
    ['profile', profile],
    ['settings', settings],
    ['site', site],
    ['effort', effort],
    ...Object.entries(environment),
  ]
  return [...changed(new Map(facts(before)), new Map(facts(after))), ...changed(verdictsOf(before), verdictsOf(after))]
}

function changed(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Change[] {
  const said = (value: unknown): string => String(value ?? 'absent')
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((what) => ({ what, before: said(before.get(what)), after: said(after.get(what)) }))
    .filter((one) => one.before !== one.after)
}
