/** Values for the figures that an adapter lets the run set: small, so that runs are short, and at peace with each other. */
import fc from 'fast-check'
import { type Claims, isFigure, type Settings, settableFigures } from '../claims.ts'
import { ordered } from './ordered.ts'
import type { PlanShape } from './shape.ts'

type Values = Readonly<Record<string, readonly number[]>>

/** The same on both sites. */
const SHARED: Values = {
  'retry.retries': [1, 2, 3, 0],
  'retry.factor': [2],
  'retry.cap': [200, 400],
  'handling.retries': [1, 2, 0],
  'handling.factor': [2],
  'handling.cap': [100, 200],
  'breaker.trip.failures': [2, 3, 5],
  'breaker.trip.calls': [2, 3, 5],
  'breaker.halfOpen.permits': [1, 2],
  'breaker.halfOpen.closeAfter': [1, 2, 3],
  'breaker.halfOpen.reopenOn': [1, 2],
  'degradation.capacity': [8, 4, 2],
  'pool.most': [3, 2, 1],
  'deduplication.window': [500, 1000, 250],
}

const VALUES: Readonly<Record<PlanShape['site'], Values>> = {
  simulated: {
    ...SHARED,
    'retry.base': [10, 20, 50],
    'handling.base': [10, 20, 50],
    'publish.timeout': [100, 200, 300],
    'publish.within': [4000, 5000],
    // Also shorter than an attempt may take, so that one outlasts it.
    'breaker.reset': [200, 300, 100, 500],
    'consume.session': [500, 1000],
    'close.within': [1000, 2000],
    'recovery.within': [5000],
  },
  real: {
    ...SHARED,
    'retry.base': [20, 50],
    'handling.base': [20, 50],
    'publish.timeout': [300, 400],
    'publish.within': [4000, 5000],
    'breaker.reset': [300, 400, 200, 600],
    'consume.session': [1000, 2000],
    'close.within': [4000],
    'recovery.within': [5000],
  },
}

interface Bounds {
  readonly min: number
  readonly max: number
}

const held = (value: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, value))

/** The longest wait before one retry under the policy at `path`, ms. */
const longestWait = (most: (path: string) => number, path: string): number =>
  most(`${path}.cap`) * most(`${path}.jitter.high`)

/**
 * What a figure may not fall below, or others that may be drawn beside it would contradict it: a cap its base, the bound
 * of a publish the longest of its attempts and waits together, the bound of a close one attempt.
 */
function floorOf(path: string, most: (path: string) => number): number {
  if (path === 'retry.cap') return most('retry.base')
  if (path === 'handling.cap') return most('handling.base')
  if (path === 'close.within') return most('publish.timeout')
  if (path !== 'publish.within') return 0
  const retries = most('retry.retries')
  return (1 + retries) * most('publish.timeout') + retries * longestWait(most, 'retry')
}

/** The value at a dotted path, or undefined. */
function at(claims: Claims, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined,
      claims,
    )
}

/** Every settable figure with the values that plans give it, mildest first. */
export function settingValues(claims: Claims, site: PlanShape['site']): ReadonlyMap<string, readonly number[]> {
  const figures = settableFigures(claims)
  const valuesOf = (path: string): readonly number[] => {
    const figure = figures.get(path)
    if (figure === undefined) {
      const value = at(claims, path)
      return isFigure(value) && 'fixed' in value ? [value.fixed] : []
    }
    const wanted = VALUES[site][path] ?? [figure.default]
    const floor = floorOf(path, most)
    return [...new Set(wanted.map((value) => held(Math.max(floor, value), figure)))]
  }
  const most = (path: string): number => Math.max(0, ...valuesOf(path))
  return new Map([...figures.keys()].map((path) => [path, valuesOf(path)]))
}

export function settingsArbitrary(claims: Claims, site: PlanShape['site']): fc.Arbitrary<Settings> {
  const model = Object.fromEntries([...settingValues(claims, site)].map(([path, values]) => [path, ordered(values)]))
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
