/** How plans are chosen, one after the other, while something is hunted. */
import { judgedClauses, nextLeans } from '../harness/certificate/judged.ts'
import { drawPlan, generatePlan, planArbitrary } from '../harness/plan/generate.ts'
import type { Plan } from '../harness/plan/plan.ts'
import type { PlanShape } from '../harness/plan/shape.ts'
import { createRandom, deriveSeed, pick } from '../harness/random.ts'
import type { RunOutcome } from '../harness/run/outcome.ts'
import { CLAUSES } from '../spec/index.ts'
import { featuresOf } from './coverage.ts'

export interface Strategy {
  next(index: number): Plan
  /** What became of the plan; its history is kept for those that have this. */
  saw?(outcome: RunOutcome): void
}

type Shape = Omit<PlanShape, 'leans'>
type Begin = (shape: Shape, seed: number) => Strategy

const plainRandom: Begin = (shape, seed) => ({
  next: (index) => drawPlan(planArbitrary({ ...shape, leans: [] }), deriveSeed(seed, 'plain', index)),
})

const swarm: Begin = (shape, seed) => ({ next: (index) => generatePlan({ ...shape, leans: [] }, seed, index) })

/** Nearly as certificates are made, where every other plan leans to what a clause still lacks; here to all in turn. */
const leaningSwarm: Begin = (shape, seed) => {
  const clauses = judgedClauses(CLAUSES, shape.claims)
  return {
    next(index) {
      const leans = index % 2 === 0 ? [] : nextLeans(clauses, (index - 1) / 2 + seed)
      return generatePlan({ ...shape, leans }, seed, index)
    },
  }
}

/** The same, but what does not lean is plain random. */
const leaningElsePlain: Begin = (shape, seed) => {
  const [leaning, plain] = [leaningSwarm(shape, seed), plainRandom(shape, seed)]
  return { next: (index) => (index % 2 === 0 ? plain : leaning).next(index) }
}

/** Of the plans that reached something new the latest are gone on from. */
const LATEST = 8

/** Swarms that lean, but about half of the plans are crossed with one that reached what none before it had. */
const guidedSwarm: Begin = (shape, seed) => {
  const fresh = leaningSwarm(shape, seed)
  const random = createRandom(deriveSeed(seed, 'guided'))
  const reached = new Set<string>()
  const kept: Plan[] = []
  return {
    next(index) {
      const plan = fresh.next(index)
      return kept.length === 0 || random() < 0.5 ? plan : crossed(pick(random, kept.slice(-LATEST)), plan, random)
    },
    saw({ plan, history }) {
      const before = reached.size
      for (const feature of featuresOf(history?.events ?? [])) reached.add(feature)
      if (reached.size > before) kept.push(plan)
    },
  }
}

/** What can be exchanged by itself, if not as a swarm would draw it: indices in a plan count modulo what there is. */
const SECTIONS = [
  ['faults'],
  ['outages', 'kills', 'closes', 'forces'],
  ['messages', 'poisons'],
  ['consumers'],
  ['settings'],
] as const satisfies readonly (readonly (keyof Plan)[])[]

/** The old plan with some sections of the new one, and its seed. */
function crossed(old: Plan, fresh: Plan, random: () => number): Plan {
  const taken = SECTIONS.filter(() => random() < 1 / 3).flat()
  const parts = taken.flatMap((name) => (fresh[name] === undefined ? [] : [[name, fresh[name]] as const]))
  return { ...old, ...Object.fromEntries(parts), seed: fresh.seed }
}

export const STRATEGIES = {
  'plain random': plainRandom,
  swarm,
  'swarm that leans': leaningSwarm,
  'swarm that leans, else plain random': leaningElsePlain,
  'swarm that leans, guided by coverage': guidedSwarm,
} as const satisfies Readonly<Record<string, Begin>>
