/** What an adapter claims of its settings. */
import type { Claims } from '../../harness/claims.ts'
import { boundsOf, type Definition, type Setting, type Settings } from './definition.ts'

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
      Object.entries(settings).map(([name, setting]) => [name, settingClaim(name, setting, figures[name])]),
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
/** Long enough to be found in what is told. */
const SOME_SECRET = { right: ['not to be told'], wrong: [] }

/** Throws for what its own type refuses: a bus that reads it would be accused. */
function settingClaim(name: string, setting: Setting, figure: Figures<string>[string]): SettingClaim {
  const { type, default: value, secret } = setting
  const refuse = (what: string, given: unknown, isTaken: boolean): void => {
    if (type.safeParse(given).success !== isTaken) return
    throw new Error(
      `${name} is claimed with the ${what} ${JSON.stringify(given)}, which its type ${isTaken ? 'takes' : 'refuses'}`,
    )
  }
  if (value !== null) refuse('default', value, false)
  // The compiler holds each default to the type of its setting.
  const usual = { default: value as never }
  if (type.type === 'boolean') return { type: 'boolean', ...usual }
  if (type.type === 'enum') return { type: 'choice', ...usual, values: type.options.map(String) }
  if (type.type === 'string') {
    const { right, wrong } = setting.examples ?? (secret === true ? SOME_SECRET : SOME_TEXT)
    for (const text of right) refuse('right text', text, false)
    for (const text of wrong) refuse('wrong text', text, true)
    return { type: 'text', ...usual, right, wrong, ...(secret === true ? { secret } : {}) }
  }
  const [least, most] = boundsOf(type)
  if (least === null || most === null) throw new Error(`${name} is claimed without both bounds`)
  for (const bound of [least, most]) refuse('bound', bound, false)
  const range = { least, most, ...(type.isInt ? { whole: true as const } : {}) }
  return { type: 'number', ...usual, ...range, ...(figure === undefined ? {} : { figure }) }
}
