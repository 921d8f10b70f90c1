/** Values for the figures that an adapter lets the run set: small, so that runs are short, and at peace with each other. */
import fc from 'fast-check'
import type { Values } from '../claims/descriptor.ts'
import { valueAt } from '../claims/figure.ts'
import { claimEntries } from '../claims/index.ts'
import { type Claims, isFigure, type Settings, settableFigures } from '../claims.ts'
import { ordered } from './ordered.ts'
import type { PlanShape } from './shape.ts'

type ByPath = Readonly<Record<string, Values>>

const VALUES: ByPath = Object.assign({}, ...claimEntries.map(([, { settings }]) => settings))

/** With those of plans that lean so. */
const valuesWith = (leans: PlanShape['leans']): ByPath =>
  Object.assign({ ...VALUES }, ...leans.flatMap((lean) => claimEntries.map(([, { leaning }]) => leaning?.[lean])))

type Floor = (most: (path: string) => number) => number

const FLOORS: Readonly<Record<string, Floor>> = Object.assign({}, ...claimEntries.map(([, { floors }]) => floors))

const onSite = (values: Values | undefined, site: PlanShape['site']): readonly number[] | undefined =>
  values !== undefined && 'real' in values ? values[site] : values

interface Bounds {
  readonly min: number
  readonly max: number
}

const held = (value: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, value))

/** Every settable figure with the values that plans give it, mildest first. */
export function settingValues(
  claims: Claims,
  site: PlanShape['site'],
  leans: PlanShape['leans'] = [],
): ReadonlyMap<string, readonly number[]> {
  const values = valuesWith(leans)
  const figures = settableFigures(claims)
  const valuesOf = (path: string): readonly number[] => {
    const figure = figures.get(path)
    if (figure === undefined) {
      const value = valueAt(claims, path)
      return isFigure(value) && 'fixed' in value ? [value.fixed] : []
    }
    const wanted = onSite(values[path], site) ?? [figure.default]
    const floor = FLOORS[path]?.(most) ?? 0
    return [...new Set(wanted.map((value) => held(Math.max(floor, value), figure)))]
  }
  const most = (path: string): number => Math.max(0, ...valuesOf(path))
  return new Map([...figures.keys()].map((path) => [path, valuesOf(path)]))
}

export function settingsArbitrary({ claims, site, leans }: PlanShape): fc.Arbitrary<Settings> {
  const model = Object.fromEntries(
    [...settingValues(claims, site, leans)].map(([path, values]) => [path, ordered(values)]),
  )
  return fc.record<Record<string, number>>(model, { noNullPrototype: true })
}

/**
 * Settings for exactly the figures that these claims let a run set: what is named is held inside its range, what is not
 * gets the mildest value of the real site, which suits both; names that the claims do not know are left out.
 */
export function fitSettings(settings: Settings, claims: Claims): Settings {
  const gentle = settingValues(claims, 'real')
  const fitted = [...settableFigures(claims)].map(([path, figure]) => {
    const wanted = settings[path] ?? gentle.get(path)?.[0] ?? figure.default
    return [path, held(wanted, figure)]
  })
  return Object.fromEntries(fitted)
}
