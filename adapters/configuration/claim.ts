/** What an adapter claims of its settings. */
import type { Claims } from '../../harness/claims.ts'
import type { Definition, Setting, Settings } from './definition.ts'

type Claim = NonNullable<Claims['configuration']>
type SettingClaim = Claim['settings'][string]

/** By setting: the figure of the claims that it decides, and how many of the figure's units one of the setting is, such as 1,000. */
export type Figures<Name extends string> = { readonly [N in Name]?: { readonly path: string; readonly times: number } }

export function claimOf(
  { conflicts = [], environments }: Definition<Settings>,
  settings: Settings,
  figures: Figures<string>,
): Claim {
  return {
    settings: Object.fromEntries(
      Object.entries(settings).map(([name, setting]) => [name, settingClaim(setting, figures[name])]),
    ),
    ...(conflicts.length === 0
      ? {}
      : { conflicts: conflicts.map(({ values }) => values as NonNullable<Claim['conflicts']>[number]) }),
    ...(environments === undefined
      ? {}
      : {
          environments: {
            ...environments,
            defaults: (environments.defaults ?? {}) as NonNullable<Claim['environments']>['defaults'],
          },
        }),
  }
}

const SOME_TEXT = { right: ['text'], wrong: [] }

/** The compiler holds each default to the type of its setting. */
function settingClaim(
  { type, default: value, secret, examples = SOME_TEXT }: Setting,
  figure: Figures<string>[string],
): SettingClaim {
  const usual = { default: value as never }
  if (type.type === 'boolean') return { type: 'boolean', ...usual }
  if (type.type === 'enum') return { type: 'choice', ...usual, values: type.options.map(String) }
  if (type.type === 'string') return { type: 'text', ...usual, ...examples, ...(secret === true ? { secret } : {}) }
  const { minValue, maxValue, isInt } = type
  if (minValue === null || maxValue === null || !Number.isFinite(minValue) || !Number.isFinite(maxValue))
    throw new Error('a number that is claimed has both bounds')
  const range = { least: minValue, most: maxValue, ...(isInt ? { whole: true as const } : {}) }
  return { type: 'number', ...usual, ...range, ...(figure === undefined ? {} : { figure }) }
}
