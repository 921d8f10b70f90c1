/** Configurations that an adapter is given: where each setting is given, and which value. Numbered, so that plans can name them. */
import { between, createRandom, deriveSeed, pick } from '../random.ts'
import type { SettingSources, SettingValue } from '../vocabulary.ts'
import type { ResolvedClaims } from './claims.ts'
import type {
  ConfigurationClaim,
  GivenSettings,
  SettingClaim,
  SettingFigure,
  ValuesClaim,
} from './configuration-claim.ts'
import {
  conflictsIn,
  decidingSettings,
  defaultOf,
  effectiveIn,
  environmentIn,
  isAbove,
  isAllowed,
  isAmong,
} from './configuration-rules.ts'
import { settingOf } from './envelope-values.ts'
import { valueAt } from './figure.ts'

export interface ConfigurationCase extends GivenSettings {
  /** The adapter must not take it. */
  readonly isRefused: boolean
}

/** The weakest first. */
const SOURCES = ['file', 'environment', 'arguments'] as const
type Source = (typeof SOURCES)[number]

type Given = Record<Source, Record<string, SettingValue>>
type Random = () => number

/** Texts that name no environment, and are no values of anything but texts. */
const NONSENSE = ['many', 'quality', 'prodution', 'x']

/** How likely each kind of case is; those of claims that are not made are left out. */
const KINDS = {
  nothing: 1,
  values: 6,
  environment: 4,
  bad: 6,
  unknown: 2,
  conflict: 2,
} as const
type Kind = keyof typeof KINDS

/** The case of this number, from 0; the same for the same claim. */
export function caseOf(claim: ConfigurationClaim, number: number): ConfigurationCase {
  const random = createRandom(deriveSeed(number, 'configuration'))
  const { conflicts = [], environments } = claim
  const kinds = (Object.keys(KINDS) as Kind[]).filter(
    (kind) => (kind !== 'environment' || environments !== undefined) && (kind !== 'conflict' || conflicts.length > 0),
  )
  const kind = pick(
    random,
    kinds.flatMap((one) => Array.from({ length: KINDS[one] }, () => one)),
  )
  const given: Given = { file: {}, environment: {}, arguments: {} }
  if (kind !== 'nothing') give(given, claim, random, kind === 'values' ? 0.5 : 0.15)
  if (kind === 'environment' || (kind === 'values' && random() < 0.3)) giveEnvironment(given, claim, random)
  settleConflicts(given, claim)
  if (kind === 'bad') giveBad(given, claim, random)
  if (kind === 'unknown') giveUnknown(given, claim, random)
  if (kind === 'conflict') giveConflict(given, claim, random)
  const isRefused = kind === 'bad' || kind === 'unknown' || kind === 'conflict'
  return { ...givenOf(given), isRefused }
}

const givenOf = ({ file, environment, arguments: given }: Given): GivenSettings => ({
  file: Object.keys(file).length === 0 ? null : file,
  environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, `${value}`])),
  arguments: given,
})

/**
 * Settings that give each figure which a setting decides its value in `claims`: by one of the sources, with other values in weaker ones, or
 * by the default of an environment that is named, which is `wanted` where that is given. Drawn by `seed`.
 */
export function settingsFor(claims: ResolvedClaims, seed: string, wanted?: string): SettingSources | undefined {
  const given = givenFor(claims, seed, wanted)
  return given && sourcesOf(given)
}

/** The same, as it is given. */
export function givenFor(claims: ResolvedClaims, seed: string, wanted?: string): GivenSettings | undefined {
  const { configuration: claim } = claims
  if (claim === undefined) return undefined
  const random = createRandom(deriveSeed(0, seed))
  const given: Given = { file: {}, environment: {}, arguments: {} }
  if (isNamed(claim, wanted) || random() < 0.8) giveEnvironment(given, claim, random, wanted)
  const environment = environmentIn(claim, givenOf(given).environment)
  for (const { name, setting, figure } of decidingSettings(claim)) {
    const value = inSetting(claims, figure)
    if (defaultOf(claim, environment, name) === value && random() < 0.8) continue
    const strongest = pick(random, SOURCES)
    for (const source of SOURCES.slice(0, SOURCES.indexOf(strongest)))
      put(given, source, name, pick(random, goodValues(setting)))
    put(given, strongest, name, value)
  }
  for (const { name, setting } of settingsOfFields(claims)) {
    for (const source of SOURCES) if (random() < 0.4) put(given, source, name, pick(random, goodValues(setting)))
  }
  return givenOf(given)
}

/** The settings that fields of the envelope take over. Those that others conflict with keep their defaults. */
function settingsOfFields({ envelope, configuration }: ResolvedClaims) {
  const names = new Set(Object.values(envelope?.fields ?? {}).map(settingOf))
  const conflicting = new Set((configuration?.conflicts ?? []).flatMap((conflict) => Object.keys(conflict)))
  return Object.entries(configuration?.settings ?? {}).flatMap(([name, setting]) =>
    names.has(name) && !conflicting.has(name) ? [{ name, setting }] : [],
  )
}

/** The same claims, with another value of each figure that a setting decides: an adapter that reads it here does not use its setting. */
export function withoutFigures(claims: ResolvedClaims): ResolvedClaims {
  const { configuration: claim } = claims
  if (claim === undefined) return claims
  let without: unknown = claims
  for (const { setting, figure } of decidingSettings(claim)) {
    const present = inSetting(claims, figure)
    const other = goodValues(setting).find((value) => value !== present)
    without = withValueAt(without, figure.path.split('.'), Number(other) * figure.times)
  }
  return without as ResolvedClaims
}

/** The value of a setting that decides this figure. */
const inSetting = (claims: ResolvedClaims, { path, times }: SettingFigure): number =>
  Number(valueAt(claims, path)) / times

function withValueAt(value: unknown, [name = '', ...rest]: readonly string[], other: number): unknown {
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [name]: rest.length === 0 ? other : withValueAt(object[name], rest, other) }
}

/** What the adapter is handed. JSON is YAML. */
export const sourcesOf = ({ file, environment, arguments: given }: GivenSettings): SettingSources => ({
  file:
    file === null
      ? null
      : Object.entries(file)
          .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
          .join(''),
  environment,
  arguments: given,
})

/** Each setting with this probability, in one source or several. */
function give(given: Given, claim: ConfigurationClaim, random: Random, share: number): void {
  for (const [name, setting] of Object.entries(claim.settings)) {
    if (random() >= share) continue
    const sure = pick(random, SOURCES)
    for (const source of SOURCES)
      if (source === sure || random() < 0.4) put(given, source, name, pick(random, goodValues(setting)))
  }
}

function put(given: Given, source: Source, name: string, value: SettingValue): void {
  // An empty variable may count as one that is not set.
  const to = source === 'environment' && value === '' ? 'arguments' : source
  given[to][name] = value
}

const takeAway = (given: Given, name: string): void => {
  for (const source of SOURCES) delete given[source][name]
}

/** Values that must be taken, those at the ends of the range among them. */
export function goodValues(setting: SettingClaim): readonly SettingValue[] {
  const { default: usual } = setting
  const own = ((): readonly SettingValue[] => {
    switch (setting.type) {
      case 'number':
        return [setting.least, setting.most, middleOf(setting)]
      case 'boolean':
        return [true, false]
      case 'choice':
        return setting.values
      case 'text':
        return setting.right
    }
  })()
  return usual === null ? own : [usual, ...own]
}

/** With few decimals, as people write it: a sum of binary fractions may have many. */
function middleOf({ least, most, whole }: NumberSetting): number {
  const middle = (least + most) / 2
  return whole === true ? Math.floor(middle) : rounded(middle, most - least)
}

/** To a thousandth of the span, or less. */
const rounded = (value: number, span: number): number => {
  const decimals = Math.min(20, Math.max(0, 4 - Math.floor(Math.log10(span))))
  return Number(value.toFixed(decimals))
}

type NumberSetting = Extract<SettingClaim, { readonly type: 'number' }>

/** Just outside of the range, far outside and on this side of zero, and what is no such number. */
function badNumbers(setting: NumberSetting): readonly SettingValue[] {
  const { least, most, whole } = setting
  const span = most - least
  const [near, far] = whole === true ? [1, Math.ceil(span)] : [span / 100, span]
  const outside = [least - near, least - far, most + near, most + far].map((value) => rounded(value, span))
  return [...outside, whole === true ? least + 0.5 : least / 2, 'many', `${middleOf(setting)}x`]
}

/** Values that must be refused. */
function badValues(setting: SettingClaim): readonly SettingValue[] {
  switch (setting.type) {
    case 'number':
      return badNumbers(setting).filter((value) => !isAllowed(setting, value))
    case 'boolean':
      return ['maybe', 2]
    case 'choice':
      return unlike(setting.values)
    case 'text':
      return setting.wrong
  }
}

/** Texts that are none of these, whatever the case. */
function unlike(texts: readonly string[]): readonly string[] {
  const known = texts.map((text) => text.toLowerCase())
  return [...NONSENSE, `${texts.join('-')}-`].filter((text) => !known.includes(text.toLowerCase()))
}

export const badSettings = ({ settings }: ConfigurationClaim) =>
  Object.entries(settings).filter(([, setting]) => badValues(setting).length > 0)

function giveBad(given: Given, claim: ConfigurationClaim, random: Random): void {
  const [name, setting] = pick(random, badSettings(claim))
  // It must decide: whether one that is overridden may be wrong is not said.
  takeAway(given, name)
  put(given, pick(random, SOURCES), name, pick(random, badValues(setting)))
}

/** The environment holds variables of others, so that a name which no setting has says nothing there. */
function giveUnknown(given: Given, { settings }: ConfigurationClaim, random: Random): void {
  const known = pick(random, Object.keys(settings))
  const unknown = pick(random, [`${known}S`, `${known}_`, `X_${known}`])
  const name = Object.hasOwn(settings, unknown) ? `${unknown}__` : unknown
  put(given, pick(random, ['file', 'arguments'] as const), name, 1)
}

function giveConflict(given: Given, claim: ConfigurationClaim, random: Random): void {
  const entries = Object.entries(pick(random, claim.conflicts ?? []))
  for (const [name] of entries) takeAway(given, name)
  const environment = environmentIn(claim, givenOf(given).environment)
  for (const [name, values] of entries) {
    // One side may be the default.
    if (isAmong(defaultOf(claim, environment, name), values) && random() < 0.5) continue
    put(given, pick(random, SOURCES), name, pick(random, valuesIn(values, claim.settings[name])))
  }
}

function valuesIn(values: ValuesClaim, setting: SettingClaim | undefined): readonly SettingValue[] {
  if (!isAbove(values)) return values
  if (setting?.type !== 'number') return []
  return setting.whole === true ? [values.above + 1, setting.most] : [setting.most]
}

/** Takes away what would be refused because of what else is given. */
function settleConflicts(given: Given, claim: ConfigurationClaim): void {
  for (const _ of claim.conflicts ?? []) {
    const [conflict] = conflictsIn(claim, (name) => effectiveIn(claim, givenOf(given), name))
    for (const name of Object.keys(conflict ?? {})) takeAway(given, name)
  }
}

/** It must be named, because it is not what a bus takes where none is. */
const isNamed = ({ environments }: ConfigurationClaim, wanted: string | undefined): boolean =>
  wanted !== undefined && wanted !== environments?.otherwise

/**
 * Names `wanted`, or any, by one of the variables. Those before it hold what names no environment; those after it may hold
 * anything.
 */
function giveEnvironment(given: Given, claim: ConfigurationClaim, random: Random, wanted?: string): void {
  const { environments } = claim
  if (environments === undefined) return
  const { variables, names } = environments
  const all = Object.values(names).flat()
  const deciders = wanted === undefined ? all : (names[wanted] ?? [])
  const nonsense = unlike(all)
  const deciding = between(random, 0, variables.length - (isNamed(claim, wanted) ? 1 : 0))
  for (const [place, variable] of variables.entries()) {
    const values = place === deciding ? deciders : place < deciding ? nonsense : [...all, ...nonsense]
    if (place === deciding || random() < 0.5) given.environment[variable] = pick(random, values)
  }
}
