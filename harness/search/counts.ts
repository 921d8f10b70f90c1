/** Settings that count something: where a breaker trips at the first failure, and a queue holds one, less has to happen. */

import type { Settings } from '../claims.ts'
import { type Claims, settableFigures } from '../claims.ts'
import type { Plan } from '../plan/plan.ts'
import { settingValues } from '../plan/settings.ts'
import type { Reducing } from './reducing.ts'

export interface Shape {
  readonly claims: Claims
  readonly site: 'simulated' | 'real'
}

/** The others are times. */
const COUNTS = /\.(retries|failures|calls|permits|closeAfter|reopenOn|capacity|most)$/

/** Each count with the values that it may take: the least that is claimed, and those that plans give it. Ascending. */
function countsOf({ claims, site }: Shape): (readonly [path: string, values: readonly number[]])[] {
  const figures = settableFigures(claims)
  return [...settingValues(claims, site)]
    .filter(([path]) => COUNTS.test(path))
    .map(([path, values]) => {
      const all = new Set([...values, figures.get(path)?.min ?? 0])
      return [path, [...all].sort((one, other) => one - other)] as const
    })
}

/** Settings with one count changed, the least values first. */
export const otherCounts = ({ settings }: Plan, shape: Shape): Settings[] =>
  countsOf(shape).flatMap(([path, values]) =>
    values.filter((value) => value !== settings[path]).map((value) => ({ ...settings, [path]: value })),
  )

/** Smaller plans than this have little to gain that a detour would not find. */
const SMALL = 4

/** Each count as low as it can be, all at once or else one by one; but for retries, which stand for further messages. */
export async function lowerCounts(reducing: Reducing, shape: Shape): Promise<void> {
  if (reducing.steps <= SMALL) return
  const least = countsOf(shape)
    .filter(([path]) => !path.endsWith('.retries'))
    .map(([path, values]) => [path, values[0] ?? 0] as const)
  const lower = (by: typeof least): Promise<boolean> => {
    const { plan } = reducing.smallest
    return reducing.attempt({ ...plan, settings: { ...plan.settings, ...Object.fromEntries(by) } })
  }
  if (await lower(least)) return
  for (const one of least) await lower([one])
}
