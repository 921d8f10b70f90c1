/** What a bus declares about its settings. */
import type { z } from 'zod'
import type { SettingValue } from '../../harness/adapter.ts'

/** What a value may be. A choice is an enum of texts. */
export type SettingType = z.ZodNumber | z.ZodBoolean | z.ZodEnum<Readonly<Record<string, string>>> | z.ZodString

export interface Setting {
  readonly type: SettingType
  /** null: without a value unless one is given. */
  readonly default: SettingValue | null
  /**
   * What follows `must be`, such as `a number from 1 to 300`. Default: derived from the bounds of a number, or from the
   * choices. Give it for text, and for any other rule, such as a bound that is excluded.
   */
  readonly allowed?: string
  /** What it decides, in one line. */
  readonly text: string
  /** Of a text: some that are allowed, and some that are not, for the claim; without them any text counts as allowed. */
  readonly examples?: { readonly right: readonly string[]; readonly wrong: readonly string[] }
  /** Its value is never shown. */
  readonly secret?: true
}

/** By their names, which are the same in the environment, in files and in arguments. */
export type Settings = Readonly<Record<string, Setting>>

/** What has effect if nothing is given. */
export type Defaults = Readonly<Record<string, SettingValue | null>>

/** The values in effect, each of its setting's type, and null only for settings without a default. */
export type ValuesOf<S extends Settings> = {
  readonly [Name in keyof S]: z.output<S[Name]['type']> | (null extends S[Name]['default'] ? null : never)
}

/** Values that these settings must not have together. */
export interface Conflict<S extends Settings> {
  /** By setting: its values that conflict, or the number above which they do. */
  readonly values: {
    readonly [Name in keyof S & string]?: readonly z.output<S[Name]['type']>[] | { readonly above: number }
  }
  /** The rule that they break, such as `an idempotent producer waits for all replicas`. */
  readonly why: string
}

export interface Environments<S extends Settings> {
  /** The variables that may name the environment. The first that holds a listed name decides; one that holds another is passed over. */
  readonly variables: readonly string[]
  /** By environment: its names, in lower case. Case and surrounding blanks of a variable do not matter. */
  readonly names: Readonly<Record<string, readonly string[]>>
  readonly otherwise: string
  /** By environment: the defaults that differ there. */
  readonly defaults?: Readonly<Record<string, Partial<ValuesOf<S>>>>
}

export interface Definition<S extends Settings> {
  readonly settings: S & { readonly [Name in keyof S]: { readonly default: z.output<S[Name]['type']> | null } }
  readonly conflicts?: readonly Conflict<NoInfer<S>>[]
  readonly environments?: Environments<NoInfer<S>>
}

export function allowedBy({ type, allowed }: Setting): string {
  if (allowed !== undefined) return allowed
  if (type.type === 'boolean') return 'true or false'
  if (type.type === 'string') return 'text'
  if (type.type === 'enum') {
    const choices = type.options.map((choice) => JSON.stringify(choice))
    return choices.join(', ').replace(/, ([^,]*)$/, ' or $1')
  }
  const what = type.isInt ? 'a whole number' : 'a number'
  const [least, most] = boundsOf(type)
  if (least !== null && most !== null) return `${what} from ${least} to ${most}`
  if (least !== null) return `${what} of at least ${least}`
  return most === null ? what : `${what} of at most ${most}`
}

/** Null for none. Whole numbers have those of what is exact. */
export const boundsOf = ({ minValue, maxValue }: z.ZodNumber): readonly [least: number | null, most: number | null] => [
  bound(minValue),
  bound(maxValue),
]

const bound = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value
