/** Whether an adapter claims what the options of a certificate ask: a profile, an environment. */
import { isDeepStrictEqual } from 'node:util'
import { PROFILES, type Profile } from '../spec/profiles/index.ts'
import { environmentNames } from './claims/configuration-rules.ts'
import type { Claims } from './claims.ts'
import { UsageError } from './errors.ts'
import { clip } from './text.ts'

/** Throws a {@link UsageError} that names those which exist. */
export function profileNamed(name: string): Profile {
  const found = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined
  if (found !== undefined) return found
  throw new UsageError(`--profile ${name}: there is no such profile; give ${Object.keys(PROFILES).join(', ')}`)
}

/** Throws a {@link UsageError} for the first claim that differs from what the profile says; what it does not say may be claimed or not. */
export function checkProfile(name: string, adapter: { readonly name: string; readonly claims: Claims }): void {
  const lack = differenceIn(profileNamed(name).claims, adapter.claims, [])
  if (lack === null) return
  const { path, wanted, claimed } = lack
  const actual = claimed === undefined ? 'does not claim it' : `claims ${shown(claimed)}`
  throw new UsageError(
    `${adapter.name} does not match the profile ${name}: ${path} is ${shown(wanted)} there, and the adapter ${actual}; change the claim, or leave out --profile`,
  )
}

/** Throws a {@link UsageError} that names those which the adapter claims. */
export function checkEnvironment(name: string, adapter: { readonly name: string; readonly claims: Claims }): void {
  const names = environmentNames(adapter.claims)
  if (names.includes(name)) return
  const mend = names.length === 0 ? 'claims none: leave the option out' : `claims ${names.join(', ')}: give one of them`
  throw new UsageError(`--environment ${name}: ${adapter.name} ${mend}`)
}

interface Difference {
  readonly path: string
  readonly wanted: unknown
  readonly claimed: unknown
}

/** Texts that try a setting are the adapter's own. */
const OWN: ReadonlySet<string> = new Set(['right', 'wrong'])
/** Of these the order decides something; of other lists it says nothing. */
const ORDERED = 'variables'

function differenceIn(wanted: unknown, claimed: unknown, path: readonly string[]): Difference | null {
  const difference = { path: path.join('.'), wanted, claimed }
  if (Array.isArray(wanted) && Array.isArray(claimed) && path.at(-1) !== ORDERED)
    return wanted.every((one) => claimed.some((other) => isDeepStrictEqual(one, other))) ? null : difference
  if (!isRecord(wanted) || !isRecord(claimed)) return isDeepStrictEqual(wanted, claimed) ? null : difference
  const names = Object.keys(path.at(-2) === 'settings' ? { ...wanted, ...claimed } : wanted)
  for (const name of names) {
    const found = OWN.has(name) ? null : differenceIn(wanted[name], claimed[name], [...path, name])
    if (found !== null) return found
  }
  return null
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => clip(JSON.stringify(value) ?? 'absent', LONGEST)
const LONGEST = 80
