/** What an adapter claims of its settings, and where settings are given. */
import type { SettingValue } from '../vocabulary.ts'

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

type Values = Readonly<Record<string, SettingValue>>

/** Where settings are given, as events record it. */
export interface GivenSettings {
  /** Null if there is no file. */
  readonly file: Values | null
  readonly environment: Readonly<Record<string, string>>
  readonly arguments: Values
}
