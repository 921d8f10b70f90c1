/** What mutants do to the settings that a bus is given, and to what it tells of them. */
import { parse, stringify } from 'yaml'
import onexMemory from '../adapters/onex-memory/index.ts'
import type { Configuration, SettingSources, SettingValue } from '../harness/adapter.ts'
import type { Claims } from '../harness/claims.ts'
import type { Configure } from './mutant.ts'

type Claim = NonNullable<Claims['configuration']>
type Values = Readonly<Record<string, SettingValue>>
type Source = 'file' | 'environment' | 'argument'

const { configuration: claim } = onexMemory.claims
if (claim === undefined) throw new Error('the bus of ONEX claims configuration')
export const { settings: SETTINGS, environments: ENVIRONMENTS }: Claim = claim

export const valuesOf = ({
  file,
  environment,
  arguments: given,
}: SettingSources): Readonly<Record<Source, Values>> => ({
  file: file === null ? {} : (parse(file) as Values),
  environment,
  argument: given,
})

export const sourcesWith = ({ file, environment, argument }: Readonly<Record<Source, Values>>): SettingSources => ({
  file: stringify(file),
  environment: environment as SettingSources['environment'],
  arguments: argument,
})

/** The same sources, each value as it is changed; undefined takes it away. */
export function givenChanged(
  sources: SettingSources,
  change: (name: string, value: SettingValue, from: Source) => SettingValue | undefined,
): SettingSources {
  const changed = (from: Source, values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => {
        const other = change(name, value, from)
        return other === undefined ? [] : [[name, other] as const]
      }),
    )
  const { file, environment, argument } = valuesOf(sources)
  return sourcesWith({
    file: changed('file', file),
    environment: changed('environment', environment),
    argument: changed('argument', argument),
  })
}

type NumberClaim = Extract<Claim['settings'][string], { readonly type: 'number' }>

/** The same sources, each number that a setting of numbers is given as it is changed. */
export const numbersChanged = (
  sources: SettingSources,
  change: (given: number, setting: NumberClaim) => number,
): SettingSources =>
  givenChanged(sources, (name, value, from) => {
    const setting = SETTINGS[name]
    if (setting?.type !== 'number' || value === '' || !Number.isFinite(Number(value))) return value
    const changed = change(Number(value), setting)
    return from === 'environment' ? String(changed) : changed
  })

type Setting = Configuration['settings'][string]

export const toldChanged = (
  told: Configuration,
  change: (name: string, setting: Setting) => Setting,
): Configuration => ({
  ...told,
  settings: Object.fromEntries(Object.entries(told.settings).map(([name, setting]) => [name, change(name, setting)])),
})

/** What is read, or another error than what is refused would be refused by. */
export function refusingOtherwise(
  read: Configure,
  sources: SettingSources,
  change: (error: Error) => Error,
): Configuration {
  try {
    return read(sources)
  } catch (error) {
    throw change(error as Error)
  }
}

export const permanent = (message: string): Error =>
  Object.assign(new Error(message), { code: 'INVALID_CONFIGURATION', effect: 'none', retryable: false })

/** What is read where a conflict of these settings is not seen; throws what else is wrong. `why`: what the error about it says. */
export function inSpiteOfConflict(
  read: Configure,
  sources: SettingSources,
  { names, why }: { readonly names: readonly string[]; readonly why: string },
): Configuration {
  try {
    return read(sources)
  } catch (error) {
    if (!(error as Error).message.includes(why)) throw error
    const rest = read(givenChanged(sources, (name, value) => (names.includes(name) ? undefined : value)))
    return toldChanged(rest, (name, setting) => (names.includes(name) ? givenOf(sources, name, setting) : setting))
  }
}

/** By the strongest source that gives it. */
function givenOf(sources: SettingSources, name: string, otherwise: Setting): Setting {
  const values = valuesOf(sources)
  const from = (['argument', 'environment', 'file'] as const).find((one) => Object.hasOwn(values[one], name))
  const value = from === undefined ? undefined : values[from][name]
  if (from === undefined || value === undefined) return otherwise
  return { from, value: value === 'true' || value === 'false' ? value === 'true' : value }
}
