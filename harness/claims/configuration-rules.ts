/** What the claim about configuration says of sources: which environment they name, which default a setting has, what conflicts. */
import type { SettingOrigin, SettingValue } from '../vocabulary.ts'
import type { ConfigurationClaim, GivenSettings, SettingClaim, ValuesClaim } from './configuration-claim.ts'

/** The environment that these variables name; null where the adapter knows of none. */
export function environmentIn(
  { environments }: ConfigurationClaim,
  variables: Readonly<Record<string, string>>,
): string | null {
  if (environments === undefined) return null
  const { names, otherwise } = environments
  for (const variable of environments.variables) {
    const value = variables[variable]
    const found = Object.entries(names).find(([, texts]) => value !== undefined && texts.includes(value))
    if (found !== undefined) return found[0]
  }
  return otherwise
}

/** The names of the environments that an adapter tells apart; none if it knows of none. */
export const environmentNames = ({
  configuration,
}: {
  readonly configuration?: ConfigurationClaim
}): readonly string[] => Object.keys(configuration?.environments?.names ?? {})

export const defaultOf = (
  { settings, environments }: ConfigurationClaim,
  environment: string | null,
  name: string,
): SettingValue | null => environments?.defaults[environment ?? '']?.[name] ?? settings[name]?.default ?? null

/** What each source but the defaults gives, the strongest first. */
export const givenIn = (
  { file, environment, arguments: given }: GivenSettings,
  name: string,
): readonly { readonly from: SettingOrigin; readonly value: SettingValue }[] => {
  const found = [
    { from: 'argument', value: own(given, name) },
    { from: 'environment', value: own(environment, name) },
    { from: 'file', value: own(file ?? {}, name) },
  ] as const
  return found.flatMap(({ from, value }) => (value === undefined ? [] : [{ from, value }]))
}

const own = (values: Readonly<Record<string, SettingValue>>, name: string): SettingValue | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

/** The value of a setting that a text of the environment stands for; the text itself where it stands for none. */
export function valueOfText(setting: SettingClaim, text: SettingValue): SettingValue {
  if (typeof text !== 'string') return text
  if (setting.type === 'number' && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  if (setting.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** Whether a setting may have this value. Of text only what the claim lists is known. */
export function isAllowed(setting: SettingClaim, value: SettingValue): boolean {
  switch (setting.type) {
    case 'number':
      return (
        typeof value === 'number' &&
        value >= setting.least &&
        value <= setting.most &&
        (setting.whole !== true || Number.isInteger(value))
      )
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return typeof value === 'string' && setting.values.includes(value)
    case 'text':
      return typeof value === 'string' && !setting.wrong.includes(value)
  }
}

export const isAbove = (values: ValuesClaim): values is { readonly above: number } => 'above' in values

export const isAmong = (value: SettingValue | null, values: ValuesClaim): boolean =>
  isAbove(values) ? typeof value === 'number' && value > values.above : value !== null && values.includes(value)

export type Conflict = NonNullable<ConfigurationClaim['conflicts']>[number]

/** The conflicts that hold if settings have these values. */
export const conflictsIn = (
  { conflicts = [] }: ConfigurationClaim,
  valueIn: (name: string) => SettingValue | null,
): readonly Conflict[] =>
  conflicts.filter((conflict) => Object.entries(conflict).every(([name, values]) => isAmong(valueIn(name), values)))

/** The value in effect, if all that is given is allowed. */
export function effectiveIn(claim: ConfigurationClaim, given: GivenSettings, name: string): SettingValue | null {
  const [strongest] = givenIn(given, name)
  const setting = claim.settings[name]
  if (strongest === undefined || setting === undefined)
    return defaultOf(claim, environmentIn(claim, given.environment), name)
  return strongest.from === 'environment' ? valueOfText(setting, strongest.value) : strongest.value
}

/** The settings that decide a figure. */
export const decidingSettings = ({ settings }: ConfigurationClaim) =>
  Object.entries(settings).flatMap(([name, setting]) =>
    setting.type === 'number' && setting.figure !== undefined ? [{ name, setting, figure: setting.figure }] : [],
  )

export const isSecret = (setting: SettingClaim | undefined): boolean =>
  setting?.type === 'text' && setting.secret === true
