/** Reads the settings of a bus from a file, the environment and arguments. */
import type { Configuration, SettingSources, SettingValue } from '../../harness/adapter.ts'
import type { Claims } from '../../harness/claims.ts'
import { claimOf, type Figures } from './claim.ts'
import {
  allowedBy,
  type Conflict,
  type Defaults,
  type Definition,
  type Environments,
  type Setting,
  type Settings,
  type ValuesOf,
} from './definition.ts'
import { type Given, givenBy } from './given.ts'
import { configurationError, described, named, nearest, type Problem, type Report } from './problems.ts'
import { markdown, shown } from './tables.ts'

export interface Resolved<S extends Settings> {
  /** What may be told: a secret that has a value is `***`. */
  readonly configuration: Configuration
  /** What the bus works with, secrets included: never log it. */
  readonly values: ValuesOf<S>
}

export interface Configurable<S extends Settings> {
  /**
   * Arguments override the environment, which overrides the file, which overrides defaults. Throws a `ConfigurationError` that tells
   * every problem, also of a value that is overridden: it must not wait for the day when the override goes away.
   */
  resolve(sources: SettingSources): Resolved<S>
  /** The configuration that {@link resolve} returns. */
  read(sources: SettingSources): Configuration
  /** All settings as a Markdown table. */
  page(): string
  /** What an adapter that reads its settings so claims as `configuration`. */
  claim(figures?: Figures<keyof S & string>): NonNullable<Claims['configuration']>
}

/**
 * The environment has text: numbers in plain decimal form, and `true`, `1`, `yes`, `on`, `false`, `0`, `no`, `off` in any case; an
 * empty variable counts as not given, unless the setting is text. A file and arguments have types: `"30"` is no number there.
 */
export function createConfiguration<const S extends Settings>(definition: Definition<S>): Configurable<S> {
  const { environments } = definition
  const settings: Settings = definition.settings
  const conflicts: readonly Conflict<Settings>[] = definition.conflicts ?? []
  const defaultsIn = (environment: string | null): Defaults => ({
    ...Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default])),
    ...(environment === null ? {} : (environments?.defaults?.[environment] as Defaults | undefined)),
  })

  const resolve = (sources: SettingSources): Resolved<S> => {
    const problems: Problem[] = []
    const report: Report = (name, sentence) => void problems.push({ name, sentence })
    const environment = environments === undefined ? null : environmentOf(environments, sources.environment)
    const effective = new Map<string, Effective>()
    for (const [name, value] of Object.entries(defaultsIn(environment)))
      effective.set(name, { name, value, from: 'default', where: 'by default' })
    for (const given of givenBy(sources, settings, report)) {
      const judged = judge(given, settings)
      if (typeof judged === 'string') report(given.name, judged)
      else effective.set(given.name, judged)
    }
    const values = mapped(effective, ({ value }) => value) as ValuesOf<S>
    const wrong = new Set(problems.map(({ name }) => name))
    for (const { values: together, why } of conflicts) {
      const names = Object.keys(together)
      if (names.some((name) => wrong.has(name) || !isAmong(effective.get(name)?.value, together[name]))) continue
      const facts = names.flatMap((name) => effective.get(name) ?? []).map((one) => stated(one, settings))
      report(names.join(' with '), `${facts.join(' and ')}, but ${why}`)
    }
    if (problems.length > 0) throw configurationError(problems)
    const told = mapped(effective, ({ name, value, from }) => ({ value: masked(value, settings[name]), from }))
    return { configuration: { environment, settings: told }, values }
  }

  return {
    resolve,
    read: (sources) => resolve(sources).configuration,
    claim: (figures = {}) => claimOf(definition as unknown as Definition<Settings>, settings, figures),
    page() {
      const names = Object.keys(environments?.defaults ?? {})
      return markdown(settings, Object.fromEntries(names.map((name) => [name, defaultsIn(name)])))
    },
  }
}

/** Whether a value is one of those that conflict. */
function isAmong(value: SettingValue | null | undefined, values: Conflict<Settings>['values'][string]): boolean {
  if (values === undefined || value === undefined || value === null) return false
  return 'above' in values ? typeof value === 'number' && value > values.above : values.includes(value)
}

type Effective = Given & { readonly value: SettingValue | null }

const mapped = <T>(effective: ReadonlyMap<string, Effective>, by: (one: Effective) => T): Record<string, T> =>
  Object.fromEntries([...effective].map(([name, one]) => [name, by(one)]))

const masked = (value: SettingValue | null, setting: Setting | undefined): SettingValue | null =>
  value !== null && setting?.secret ? '***' : value

const stated = ({ name, value, where }: Effective, settings: Settings): string =>
  `${name} is ${shown(value, settings[name]?.secret)} ${where}`

function environmentOf(
  { variables, names, otherwise }: Omit<Environments<Settings>, 'defaults'>,
  environment: SettingSources['environment'],
): string {
  for (const variable of variables) {
    const given = Object.hasOwn(environment, variable) ? environment[variable]?.trim().toLowerCase() : undefined
    const found = Object.entries(names).find(([, listed]) => given !== undefined && listed.includes(given))
    if (found !== undefined) return found[0]
  }
  return otherwise
}

/**
 * The value that takes effect unless a stronger source gives another, or the sentence that refuses it. The value of an unknown name is
 * not told: the name may be a secret's, misspelled.
 */
function judge(given: Given, settings: Settings): Effective | string {
  const { name, value, where } = given
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (setting === undefined) {
    const close = nearest(name, Object.keys(settings))
    return `${named(name)} ${where} is no setting${close === undefined ? '' : `; the nearest is ${close}`}`
  }
  const { success, data } = setting.type.safeParse(value)
  if (success) return { ...given, value: data }
  return `${name} must be ${allowedBy(setting)}, but is ${described(value, setting.secret)} ${where}`
}
