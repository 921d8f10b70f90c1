/** What makes a claim about configuration one that cannot be judged, as a sentence. */
import type { Claims } from './claims.ts'
import { badSettings, goodValues } from './configuration-cases.ts'
import type { ConfigurationClaim } from './configuration-claim.ts'
import { conflictsIn, decidingSettings, defaultOf, isAbove, isAllowed, isSecret } from './configuration-rules.ts'
import { isFigure, valueAt } from './figure.ts'
import { first } from './rules.ts'

export const configurationContradiction = (claim: ConfigurationClaim, claims: Claims): string | null =>
  first([
    wrongSetting(claim),
    wrongEnvironments(claim),
    wrongValue(claim),
    wrongConflict(claim),
    wrongFigure(claim, claims),
  ])

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
    if (setting.type === 'text' && isSecret(setting)) {
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
function wrongFigure(claim: ConfigurationClaim, claims: Claims): string | null {
  const { conflicts = [] } = claim
  for (const { name, setting, figure: decided } of decidingSettings(claim)) {
    const { path, times } = decided
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
