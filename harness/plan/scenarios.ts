import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { without } from '../lacks.ts'
import { sentenceOf } from '../sentence.ts'
import { type Able, lacking } from './fit.ts'
import { parseJson, parsePlan } from './parse.ts'
import type { Plan } from './plan.ts'
import { SCENARIO_ORDER } from './scenario-order.ts'

/** A named plan: a situation that random plans seldom produce, or a pinned regression. */
export interface Scenario {
  readonly name: string
  /** What happens in it, in a sentence or two. */
  readonly text: string
  readonly plan: Plan
}

const outline = z.strictObject({ name: z.string().min(1), text: z.string().min(1), plan: z.unknown() })

/** The plan in a file that holds a bare plan, or a scenario. Throws a {@link UsageError} that names the place in it. */
export function planIn(text: string, where: string): Plan {
  const parsed = parseJson(text, where)
  const isScenario = typeof parsed === 'object' && parsed !== null && 'plan' in parsed
  return isScenario ? parseScenario(text, where).plan : parsePlan(parsed, where)
}

function parseScenario(text: string, where: string): Scenario {
  const parsed = outline.safeParse(parseJson(text, where))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, where))
  return { ...parsed.data, plan: parsePlan(parsed.data.plan, where) }
}

/**
 * Every `*.json` in a folder, those first that show most, the others by file name. Their settings may be partial: fit them to the claims before they run.
 * Throws a {@link UsageError} that names the file and the place in it.
 */
export async function loadScenarios(folder: URL): Promise<Scenario[]> {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`)
  const names = (await readdir(base)).filter((name) => name.endsWith('.json')).sort()
  const scenarios = await Promise.all(names.map((name) => loadScenario(new URL(name, base))))
  return scenarios.toSorted((one, other) => placeOf(one) - placeOf(other))
}

const PLACES: ReadonlyMap<string, number> = new Map(SCENARIO_ORDER.map((name, index) => [name, index]))
const placeOf = ({ name }: Scenario): number => PLACES.get(name) ?? PLACES.size

/** After how many scenarios a generated plan comes: it catches more than yet another scenario does, and other things each time. */
const SCENARIOS_A_GENERATED = 4

/** With generated plans in between, each given as null, at most `most` of them. */
export const mixed = (scenarios: readonly Plan[], most: number): readonly (Plan | null)[] =>
  scenarios.flatMap((plan, index) => {
    const count = (index + 1) / SCENARIOS_A_GENERATED
    return Number.isInteger(count) && count <= most ? [plan, null] : [plan]
  })

async function loadScenario(file: URL): Promise<Scenario> {
  return parseScenario(await readFile(file, 'utf8'), fileURLToPath(file))
}

/** The plans that can run, and one sentence about each other scenario, which would show nothing without its fault. */
export function sortScenarios(
  scenarios: readonly Pick<Scenario, 'name' | 'plan'>[],
  can: Able,
  what = 'Scenario',
): { readonly able: readonly Plan[]; readonly unable: readonly string[] } {
  const found = scenarios.map(({ name, plan }) => ({ name, plan, lacks: lacking(plan, can) }))
  const cut = can.lacks?.network === undefined ? null : without('network', can.lacks)
  const many = found.filter(({ lacks }) => lacks !== null && lacks === cut).length
  return {
    able: found.filter(({ lacks }) => lacks === null).map(({ plan }) => plan),
    unable: [
      ...(many === 0 ? [] : [`${what}s not run: ${many}, whose faults need a network (${cut}).`]),
      ...found.flatMap(({ name, lacks }) =>
        lacks === null || lacks === cut ? [] : [`${what} not run: ${name} (${lacks}).`],
      ),
    ],
  }
}
