/** How many runs it takes to catch what is hard to catch, by how plans are chosen. */
import { existsSync, readFileSync } from 'node:fs'
import { isPooled } from '../../harness/check/pooled.ts'
import type { Mutant } from '../../harness/mutants.ts'
import type { Execute } from '../../harness/run/outcome.ts'
import { failsBy } from '../../harness/search/confirm.ts'
import { startSimulatedLanes } from '../../harness/site/simulated/lanes.ts'
import { isReal, loadMutants, MUTANTS_FOLDER } from '../../scripts/kill-matrix/collect.ts'
import { killsIn, PAGE } from '../../scripts/kill-matrix/page.ts'
import { sideBySide } from '../../scripts/side-by-side.ts'
import { type Found, median, meets, type Row } from '../row.ts'
import { STRATEGIES, type Strategy } from '../strategies.ts'

const HARDEST = 20
const SEEDS = 20
/** Runs until a mutant counts as escaped. */
const MOST = 40
/** Mutants at once. */
const LANES = 2

type Name = keyof typeof STRATEGIES
const NAMES = Object.keys(STRATEGIES) as readonly Name[]

/** Fifty buses one after the other: only a scenario has them. */
const ONLY_IN_A_SCENARIO = 'resources/8'
const canOneRunCatch = ({ must }: Mutant): boolean =>
  must.some((clause) => !isPooled(clause) && clause !== ONLY_IN_A_SCENARIO)

/** Those that took most runs when all were hunted last. */
async function hardest(): Promise<readonly Mutant[]> {
  const kills = killsIn(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
  const mutants = (await loadMutants()).filter((mutant) => !isReal(mutant.name) && canOneRunCatch(mutant))
  const runsOf = ({ name }: Mutant): number => kills.get(name)?.runs ?? 0
  return mutants.toSorted((one, other) => runsOf(other) - runsOf(one)).slice(0, HARDEST)
}

interface Caught {
  readonly runs: number
  readonly ms: number
  readonly isCaught: boolean
}

async function catchIt(execute: Execute, { next, saw }: Strategy, must: readonly string[]): Promise<Caught> {
  const began = performance.now()
  for (let index = 0; index < MOST; index++) {
    const outcome = await execute(next(index), { keepHistory: saw !== undefined })
    saw?.(outcome)
    if (must.some((clause) => failsBy(outcome, clause)))
      return { runs: index + 1, ms: performance.now() - began, isCaught: true }
  }
  return { runs: MOST, ms: performance.now() - began, isCaught: false }
}

async function huntAll({ name, must }: Mutant): Promise<ReadonlyMap<Name, readonly Caught[]>> {
  await using running = await startSimulatedLanes(new URL(`${name}.ts`, MUTANTS_FOLDER).href, 1)
  const [lane] = running.lanes
  if (lane === undefined) throw new Error('there is one lane')
  const shape = { claims: running.adapter.claims, site: 'simulated', outages: running.outages } as const
  const found = new Map<Name, Caught[]>(NAMES.map((strategy) => [strategy, []]))
  // In turns, so that a warmer process and a busier machine are the same to all.
  for (let seed = 0; seed < SEEDS; seed++) {
    for (const strategy of NAMES) {
      found.get(strategy)?.push(await catchIt(lane.execute, STRATEGIES[strategy](shape, seed), must))
    }
  }
  console.error(`${name}: ${[...found].map((entry) => sentence(...entry)).join('; ')}`)
  return found
}

const sentence = (strategy: string, caught: readonly Caught[]): string =>
  `${strategy} ${caught.filter(({ isCaught }) => isCaught).length} of ${caught.length}, median ${median(caught.map(({ runs }) => runs))} runs, ${(median(caught.map(({ ms }) => ms)) / 1_000).toFixed(2)} s`

export const row: Row = {
  name: 'to-catch',
  what: `the ${HARDEST} mutants that took most runs, ${SEEDS} seeds each, without scenarios`,
  goal: 'swarms that lean catch more than plain random plans',
  onlyByName: true,
  async run(): Promise<Found> {
    const notes = new Map<string, string>()
    const all = new Map<Name, Caught[]>(NAMES.map((strategy) => [strategy, []]))
    await sideBySide(LANES, await hardest(), async (mutant) => {
      const found = await huntAll(mutant)
      for (const [strategy, caught] of found) all.get(strategy)?.push(...caught)
      notes.set(mutant.name, `${mutant.name}: ${[...found].map((entry) => sentence(...entry)).join('; ')}.`)
    })
    const caughtBy = (strategy: Name): number => all.get(strategy)?.filter(({ isCaught }) => isCaught).length ?? 0
    return {
      measured: [...all].map((entry) => sentence(...entry)).join('; '),
      meets: meets(caughtBy('swarm that leans') > caughtBy('plain random')),
      notes: [
        `Certificates draw swarms, and every second one leans towards what a clause still needs; here the leans of all clauses take turns. Swarms alone catch ${caughtBy('swarm')}, plain random plans ${caughtBy('plain random')}.`,
        `A hunt ends after ${MOST} runs; an escaped mutant counts as caught by the last. Scenarios, which certificates run first, are left out, and so are mutants that only series of buses or all runs together can catch; those that took most runs are therefore not always those that are hardest here.`,
        `Guidance by coverage: about half of the plans are crossed with one of the latest that were first to show an outcome beside a fault and a change of a breaker. It catches ${caughtBy('swarm that leans, guided by coverage')}, without it ${caughtBy('swarm that leans')}; certificates do without. Its runs keep their histories, which takes time that the others do not.`,
        ...[...notes].toSorted().map(([, note]) => note),
      ],
    }
  },
}
