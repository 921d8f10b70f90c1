import { z } from 'zod'
import { configuration as told } from '../events/parts.ts'
import type { SettingValue } from '../vocabulary.ts'
import type { Claims } from './claims.ts'
import { badSettings, caseOf, goodValues, sourcesOf } from './configuration-cases.ts'
import { conflictsIn, defaultOf, isAbove, isAllowed, valueAt } from './configuration-rules.ts'
import { type Ask, type Asked, type ClaimDescriptor, count, ms } from './descriptor.ts'
import { isFigure } from './figure.ts'
import { first } from './rules.ts'

/** What a setting is about: a figure that is claimed, which is as many times the value, such as 1,000 of a setting in seconds. */
export interface SettingFigure {
  /** Dotted, such as `publish.timeout`. */
  readonly path: string
  readonly times: number
}

/** A setting, its default (null for none), and what it may be. */
export type SettingClaim =
  | {
      readonly type: 'number'
      readonly default: number | null
      readonly least: number
      readonly most: number
      readonly whole?: true
      readonly figure?: SettingFigure
    }
  | { readonly type: 'boolean'; readonly default: boolean | null }
  | { readonly type: 'choice'; readonly default: string | null; readonly values: readonly string[] }
  /** Text cannot be judged by a rule: some that is allowed, and some that is not. */
  | {
      readonly type: 'text'
      readonly default: string | null
      readonly right: readonly string[]
      readonly wrong: readonly string[]
      /** Its value is told as anything but itself. */
      readonly secret?: true
    }

/** Values of one setting. */
export type ValuesClaim = readonly SettingValue[] | { readonly above: number }

export interface ConfigurationClaim {
  /** By name: the same in the environment, in a file and in arguments. */
  readonly settings: Readonly<Record<string, SettingClaim>>
  /** Settings that must not have these values together, by name. */
  readonly conflicts?: readonly Readonly<Record<string, ValuesClaim>>[]
  /** How the environment, such as `production`, is found in variables, and what it changes. */
  readonly environments?: {
    /** The first of these that holds one of the names decides. */
    readonly variables: readonly string[]
    readonly names: Readonly<Record<string, readonly string[]>>
    /** Where no variable decides. */
    readonly otherwise: string
    /** Defaults that differ, by environment and setting. */
    readonly defaults: Readonly<Record<string, Readonly<Record<string, SettingValue>>>>
  }
}

export interface ConfigurationPart {
  /** The adapter reads its settings from a YAML file, the environment and arguments. */
  readonly configuration?: ConfigurationClaim
}

/** Configurations that the adapter is given, one after another. */
export interface PlannedConfiguration {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Number of the first one: see `caseOf`. */
  readonly first: number
  readonly times: number
}

export interface ConfigurationLists {
  /** Only if `configuration` is claimed. */
  readonly configurations?: readonly PlannedConfiguration[]
}

/** Settings are read without a network: what takes longer hangs, ms. */
export const READ_WITHIN = 2_000

const value = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
})
const name = z.string().min(1)
const texts = z.array(z.string())
const setting: z.ZodType<SettingClaim> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number'),
    default: z.number().nullable(),
    least: z.number(),
    most: z.number(),
    whole: z.literal(true).exactOptional(),
    figure: z.strictObject({ path: name, times: z.number().positive() }).exactOptional(),
  }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().nullable() }),
  z.strictObject({ type: z.literal('choice'), default: z.string().nullable(), values: texts.min(1) }),
  z.strictObject({
    type: z.literal('text'),
    default: z.string().nullable(),
    right: texts.min(1),
    wrong: texts,
    secret: z.literal(true).exactOptional(),
  }),
])

/** Gives the adapter the configuration of this number, and records what it made of it; the name is unique in the run. */
async function configure({ claims, tell, see, redacted, check, adapter }: Asked, name: string, number: number) {
  const { configuration: claim } = claims
  if (claim === undefined || adapter.hangs()) return
  const { isRefused, ...given } = caseOf(claim, number)
  const about = { configuration: name }
  tell({ type: 'configure', ...about, ...given })
  const sources = sourcesOf(given)
  const end = await adapter.configure(sources)
  if (end === null) return
  if ('error' in end) tell({ type: 'configured', ...about, taken: null, error: see(end.error) })
  else {
    const taken = check(told, end.value, 'configure() did not return a configuration')
    if (taken === null) return
    tell({ type: 'configured', ...about, taken: redacted(taken) })
  }
  if (!isRefused) return
  const { connections, ...opening } = await adapter.tryOpen(sources)
  tell({ type: 'open-tried', ...about, connections, ...('error' in opening ? { error: see(opening.error) } : {}) })
}

/** As they stand in the environment, and in YAML without quotes. */
const NAME = /^[A-Za-z][\w.-]*$/
/** A number of which the text is the same in every language: no exponent, and exact if whole. */
const isPlain = (value: number): boolean =>
  /^-?\d+(?:\.\d+)?$/.test(String(value)) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
const SHORTEST_SECRET = 6

function wrongSetting(claim: ConfigurationClaim): string | null {
  const { settings, environments } = claim
  for (const [name, setting] of Object.entries(settings)) {
    const where = `configuration.settings.${name}`
    if (!NAME.test(name)) return `${where}: a name begins with a letter, and has letters, digits, _, . and - only.`
    if (environments?.variables.includes(name) === true)
      return `${where} is also among configuration.environments.variables; it must be one of the two.`
    if (setting.type === 'number' && !goodValues(setting).every((value) => isPlain(Number(value))))
      return `${where}: its bounds and its default must be numbers that are written without an exponent.`
    if (setting.type === 'number' && setting.least >= setting.most) return `${where}: its least is not below its most.`
    if (setting.type === 'text' && setting.secret === true) {
      const wrong = setting.right.find(
        (secret) => secret.length < SHORTEST_SECRET || standsElsewhere(claim, name, secret),
      )
      if (wrong !== undefined)
        return `${where}: ${JSON.stringify(wrong)} is no text to find a secret by; give one of at least ${SHORTEST_SECRET} characters that stands nowhere else.`
    }
  }
  if (badSettings(claim).length > 0) return null
  return 'configuration.settings has nothing that must be refused; give a text values that are wrong.'
}

/** In a name or a value of another setting. */
const standsElsewhere = ({ settings }: ConfigurationClaim, own: string, secret: string): boolean =>
  Object.entries(settings).some(
    ([name, setting]) =>
      name.includes(secret) || (name !== own && goodValues(setting).some((one) => String(one).includes(secret))),
  )

/** The first default, or value for a test, that the claim itself does not allow. */
function wrongValue({ settings, environments }: ConfigurationClaim): string | null {
  const defaults = Object.entries(environments?.defaults ?? {}).flatMap(([environment, values]) =>
    Object.entries(values).map(([name, value]) => [name, value, `its default for ${environment}`] as const),
  )
  const all = Object.entries(settings).flatMap(([name, setting]) => [
    ...(setting.default === null ? [] : [[name, setting.default, 'its default'] as const]),
    ...goodValues(setting).map((value) => [name, value, 'its right value'] as const),
  ])
  for (const [name, value, what] of [...all, ...defaults]) {
    const setting = settings[name]
    if (setting === undefined) return `configuration.environments.defaults names ${name}, which is no setting.`
    if (!isAllowed(setting, value))
      return `configuration.settings.${name}: ${what}, ${JSON.stringify(value)}, is not allowed.`
  }
  return null
}

function wrongConflict(claim: ConfigurationClaim): string | null {
  const { settings, conflicts = [], environments } = claim
  for (const conflict of conflicts) {
    const entries = Object.entries(conflict)
    if (entries.length < 2) return 'configuration.conflicts has an entry of fewer than two settings.'
    for (const [name, values] of entries) {
      const setting = settings[name]
      if (setting === undefined) return `configuration.conflicts names ${name}, which is no setting.`
      const isPossible = isAbove(values)
        ? setting.type === 'number' && values.above < setting.most
        : values.length > 0 && values.every((value) => isAllowed(setting, value))
      if (!isPossible) return `configuration.conflicts gives ${name} values that it must not have anyway.`
    }
  }
  for (const environment of [null, ...Object.keys(environments?.defaults ?? {})]) {
    const [found] = conflictsIn(claim, (name) => defaultOf(claim, environment, name))
    if (found !== undefined)
      return `configuration.conflicts: the defaults of ${Object.keys(found).join(' and ')} conflict.`
  }
  return null
}

function wrongEnvironments({ environments }: ConfigurationClaim): string | null {
  if (environments === undefined) return null
  const { names, otherwise, defaults } = environments
  const texts = Object.values(names).flat()
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  if (twice !== undefined) return `configuration.environments.names has ${JSON.stringify(twice)} twice.`
  const unknown = Object.keys(defaults).find((name) => name !== otherwise && !Object.hasOwn(names, name))
  return unknown === undefined
    ? null
    : `configuration.environments.defaults has ${unknown}, which no variable can name.`
}

/** A figure that a setting decides must be one, and whatever plans draw of it must be a value of the setting. */
function wrongFigure({ settings, conflicts = [] }: ConfigurationClaim, claims: Claims): string | null {
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.type !== 'number' || setting.figure === undefined) continue
    const { path, times } = setting.figure
    if (conflicts.some((conflict) => Object.hasOwn(conflict, name)))
      return `configuration.settings.${name} decides ${path}, so it cannot be in a conflict: every value of the figure must go with all else.`
    const figure = valueAt(claims, path)
    if (!isFigure(figure)) return `configuration.settings.${name} decides ${path}, which is no figure of the claims.`
    const values = 'fixed' in figure ? [figure.fixed] : [figure.min, figure.max]
    const wrong = values.find((one) => !isAllowed(setting, one / times))
    if (wrong !== undefined)
      return `configuration.settings.${name} decides ${path}, which may be ${wrong}, but the setting may not be ${wrong / times}.`
    if (setting.whole === true && times !== 1 && !('fixed' in figure))
      return `configuration.settings.${name} is a whole number, so it cannot decide every ${path}; claim it as fixed.`
  }
  return null
}

/** So many configurations differ in plans; more of them show nothing new. */
const MOST = 10_000

export const configuration = {
  shape: () =>
    z.strictObject({
      settings: z.record(name, setting).refine((settings) => Object.keys(settings).length > 0, 'must hold a setting'),
      conflicts: z
        .array(
          z.record(
            name,
            z.union([z.array(value), z.strictObject({ above: z.number() })], {
              error: 'must be values, such as [true], or { above: 5 }',
            }),
          ),
        )
        .exactOptional(),
      environments: z
        .strictObject({
          variables: texts.min(1),
          names: z.record(name, texts.min(1)),
          otherwise: name,
          defaults: z.record(name, z.record(name, value)),
        })
        .exactOptional(),
    }),
  contradiction: (claim, claims) =>
    first([
      wrongSetting(claim),
      wrongEnvironments(claim),
      wrongValue(claim),
      wrongConflict(claim),
      wrongFigure(claim, claims),
    ]),
  conditions: {
    configuration: {
      lists: {
        configurations: {
          shape: z.strictObject({
            node: count,
            at: ms,
            first: z.int().min(0).max(MOST),
            times: z.int().min(1).max(1_000),
          }),
          fields: ({ nodes, messageAt }) => ({
            node: { values: nodes },
            at: { values: messageAt },
            first: { values: Array.from({ length: MOST / 10 }, (_, index) => index * 10) },
            times: { values: [1, 10, 100], weight: (times) => (times === 100 ? 1 : 5) },
          }),
          seed: 'configurations',
          share: 0.25,
          size: [1, 2],
          leans: { calm: [1, 3] },
          lacks: 'no configuration claimed',
          asks: ({ node, at, first, times }, index) =>
            Array.from(
              { length: times },
              (_, turn): Ask => ({
                node,
                at,
                carryOut: (asked) => configure(asked, `configuration-${index}-${turn}`, first + turn),
              }),
            ),
        },
      },
    },
    'configuration.conflicts': { when: ({ conflicts = [] }) => conflicts.length > 0 },
    'configuration.environments': { when: ({ environments }) => environments !== undefined },
  },
  docs: 'the adapter reads [its settings](adapter.md#configuration) from a YAML file, the environment and arguments, each with its default and range, and refuses what is outside before it connects',
} satisfies ClaimDescriptor<'configuration'>
