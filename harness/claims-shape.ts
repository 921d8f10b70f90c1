/** The shape of claims, as an adapter makes them and as one run is judged by them. */
import { z } from 'zod'
import { claimEntries, isRequired } from './claims/index.ts'
import type { Claims, ClaimsOf, Figure, ResolvedClaims } from './claims.ts'

const HOW = 'write fixed(20) or settable(20, 5, 1000)'
const FORMS: readonly (readonly string[])[] = [['fixed'], ['default', 'min', 'max']]

/** What is wrong with a figure, and what to write instead; null for a good one. One sentence, unlike what a union says. */
function wrongFigure(value: unknown): string | null {
  if (value === undefined) return `it is missing: ${HOW}`
  if (typeof value !== 'object' || value === null) return `${shown(value)} is not a figure: ${HOW}`
  const names = Object.keys(value)
  const form = FORMS.find((one) => one.some((name) => names.includes(name)))
  const odd = names.find((name) => form?.includes(name) !== true)
  if (form === undefined || odd !== undefined) return `${odd ?? 'an empty object'} does not belong in a figure: ${HOW}`
  const wrong = Object.entries({ ...Object.fromEntries(form.map((name) => [name, undefined])), ...value }).find(
    ([, number]) => !isAmount(number),
  )
  return wrong === undefined ? null : `its ${wrong[0]} is ${shown(wrong[1])}, not a number of at least 0: ${HOW}`
}

const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : value === undefined ? 'missing' : String(value)

const figure = z.unknown().superRefine((value, context) => {
  const message = wrongFigure(value)
  if (message !== null) context.addIssue({ code: 'custom', message })
}) as unknown as z.ZodType<Figure>

function claimsShape<F>(figure: z.ZodType<F>): z.ZodType<ClaimsOf<F>> {
  const shapes = claimEntries.map(([name, { shape }]) => {
    const own = shape(figure)
    return [name, isRequired(name) ? own : own.exactOptional()]
  })
  // Each is of the shape that its descriptor is held to by the compiler, and the compiler has seen that none is missing.
  return z.strictObject(Object.fromEntries(shapes)) as unknown as z.ZodType<ClaimsOf<F>>
}

export const figureOfRun = z.number().min(0)
export const claimsOfAdapter: z.ZodType<Claims> = claimsShape(figure)
export const claimsOfRun: z.ZodType<ResolvedClaims> = claimsShape(figureOfRun)
