/** Resolves whom a chaos run is for, and refuses what nobody has said may be used. */
import { settableFigures } from '../claims.ts'
import { UsageError } from '../errors.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import { findAdapter } from '../load/find-adapter.ts'
import { loadSystem } from '../load/system.ts'
import { readFacts } from '../site/real/facts.ts'
import type { System } from '../system-contract.ts'
import type { ChaosConfig } from './file/config.ts'
import { readSecret } from './file/secret.ts'

export interface ResolvedTarget {
  /** URL of the adapter's module. */
  readonly module: string
  readonly facts: AdapterFacts
  readonly system: System
}

export interface Resolving {
  readonly cwd: string
  /** The name of a target that looks like production, said by somebody who means it. */
  readonly iKnowThisIs?: string
}

/** Connects to nothing. Also sets what leads the system to its target in the environment of this process. Throws a {@link UsageError} for what may not be used. */
export async function resolveTarget(config: ChaosConfig, { cwd, iKnowThisIs }: Resolving): Promise<ResolvedTarget> {
  const { target } = config
  refuseProduction(namesIn(config), iKnowThisIs)
  const { href: module } = await findAdapter(target.adapter, cwd)
  const facts = await readFacts(module)
  refuseSettings(config.settings, facts)
  const system = await loadSystem(facts.system, target.site)
  if (target.site === 'remote') {
    process.env['BUSPROOF_REMOTE_ALLOW'] = target.allow.join(',')
    const variable = addressVariable(system.name)
    if (target.address !== undefined) process.env[variable] = await readSecret(target.address, 'target.address', cwd)
    refuseProduction([['address', process.env[variable] ?? '']], iKnowThisIs)
  }
  const missing = await system.missing()
  if (missing !== null) throw new UsageError(missing)
  return { module, facts, system }
}

/** What a system that runs already reads its address from. */
export const addressVariable = (system: string): string =>
  `BUSPROOF_REMOTE_${system.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`

const PRODUCTION = /prod(?!uc(er|t(?!ion)))|(?<![a-z])(prd|live)(?![a-z])/i

/** What may be told of a target, and what it is looked for in. */
type Named = readonly [told: string, text: string]

const namesIn = ({ target: { allow, expect } }: ChaosConfig): readonly Named[] =>
  [...allow, ...(expect === undefined ? [] : [expect.cluster])].map((name) => [name, name] as const)

function refuseProduction(names: readonly Named[], said: string | undefined): void {
  const meant = new Set(said?.split(','))
  const found = names.filter(([, text]) => PRODUCTION.test(text)).map(([told]) => told)
  if (found.every((name) => meant.has(name))) return
  throw new UsageError(
    `target: ${found.join(' and ')} ${found.length === 1 ? 'looks' : 'look'} like production, and nothing is done to it: name another target, or say --i-know-this-is ${found.join(',')}`,
  )
}

/** One that no figure takes would be left out, and one out of range moved, without a word. */
function refuseSettings(settings: ChaosConfig['settings'], { name: adapter, claims }: AdapterFacts): void {
  const figures = settableFigures(claims)
  for (const [name, value] of Object.entries(settings)) {
    const figure = figures.get(name)
    if (figure === undefined)
      throw new UsageError(
        `settings: ${adapter} lets a run set no ${name}: it has ${[...figures.keys()].join(', ') || 'none'}`,
      )
    if (value < figure.min || value > figure.max)
      throw new UsageError(`settings: ${name} is ${value}, but must be between ${figure.min} and ${figure.max}`)
  }
}

/** Throws a {@link UsageError} unless the target is the one that the file pins. */
export function assertPinned({ target }: ChaosConfig, identity: string | null): void {
  if (target.site !== 'remote') return
  const { expect } = target
  if (identity === null) {
    if (expect === undefined) return
    throw new UsageError(
      `target.expect.cluster is ${expect.cluster}, but the target does not say what it is: nothing was done to it; leave the pin out`,
    )
  }
  if (expect === undefined)
    throw new UsageError(
      `target.expect is missing: the target calls itself ${identity}; if that is the one you mean, add expect: { cluster: ${identity} }`,
    )
  if (expect.cluster !== identity)
    throw new UsageError(
      `target.expect.cluster is ${expect.cluster}, but the target calls itself ${identity}: nothing was done to it; correct the address, or the pin`,
    )
}
