/** What fast-check does best: every value as mild as it can be. */
import fc from 'fast-check'
import { storedPlanArbitrary } from '../plan/generate.ts'
import type { Shape } from './counts.ts'
import type { Reducing } from './reducing.ts'

export async function shrinkValues(reducing: Reducing, { claims, site }: Shape): Promise<void> {
  let broken: { readonly error: unknown } | null = null
  const start = reducing.smallest.plan
  let first = true
  const { environment } = start
  const shape = { claims, site, leans: [], ...(environment === undefined ? {} : { environment }) }
  const property = fc.asyncProperty(storedPlanArbitrary(shape), async (plan) => {
    if (broken !== null) return
    // What is known to fail is not run once more.
    const known = first
    first = false
    const fails =
      known ||
      (await reducing.attempt(plan).catch((error: unknown) => {
        broken = { error }
        return false
      }))
    if (fails) throw new Error(`violates ${reducing.clause}`)
  })
  await fc.check(property, { examples: [[start]], numRuns: 1, endOnFailure: false })
  rethrow(broken)
}

function rethrow(broken: { readonly error: unknown } | null): void {
  if (broken !== null) throw broken.error
}
