import type { Command } from 'commander'
import type { ConfigurationClaim, SettingClaim } from '../claims/configuration-claim.ts'
import { defaultOf, isSecret, valueOfText } from '../claims/configuration-rules.ts'
import { isObject } from '../claims-check.ts'
import { messageOf, UsageError } from '../errors.ts'
import { configuration as shape } from '../events/parts.ts'
import { loadAdapter, placeOf } from '../load/adapter.ts'
import { resolveAdapter } from '../load/find-adapter.ts'
import { sentenceOf } from '../sentence.ts'
import { aligned } from '../text.ts'
import type { Configuration, SettingSources, SettingValue } from '../vocabulary.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { readOption } from './read-option.ts'

interface ConfigFlags {
  readonly file?: string
  readonly set?: readonly string[]
  readonly explain?: boolean
  readonly json?: boolean
}

export function addConfigCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('config')
    .description('show the settings that an adapter has here: it reads them, and nothing is opened')
    .argument('<adapter>', 'a built-in name, a path or a package whose default export is an adapter')
    .option('--file <file>', 'read settings from this YAML file')
    .option('--set <name=value>', 'give this setting as an argument; may be repeated', collected, [])
    .option('--explain', 'show what gave each setting its value, its default and what is allowed')
    .option('--json', 'print JSON')
    .action(async (adapter: string, flags: ConfigFlags) => {
      io.stdout.write(await settingsOf(adapter, flags, io))
      end(EXIT.certified)
    })
}

const collected = (text: string, before: readonly string[]): readonly string[] => [...before, text]

async function settingsOf(argument: string, flags: ConfigFlags, io: Io): Promise<string> {
  const module = await resolveAdapter(argument, io.cwd)
  const adapter = await loadAdapter(module.href)
  const { configuration: claim } = adapter.claims
  if (claim === undefined || adapter.configure === undefined)
    throw new UsageError(`${argument} claims no configuration, so it has no settings to show`)
  const sources = sourcesOf(claim, flags, io)
  const read = async (): Promise<unknown> => await adapter.configure?.(sources)
  const parsed = shape.safeParse(await reading(read, argument))
  if (!parsed.success)
    throw new UsageError(
      sentenceOf(parsed.error, `${placeOf(module.href)}: configure() did not return a configuration`),
    )
  const configuration = masked(claim, parsed.data)
  if (flags.json === true) return `${JSON.stringify(configuration, null, 2)}\n`
  return shown(claim, configuration, flags.explain === true)
}

/** What the adapter refuses is a mistake in the settings; if it lists several problems, all are told. */
async function reading(read: () => Promise<unknown>, argument: string): Promise<unknown> {
  try {
    return await read()
  } catch (error) {
    const problems = isObject(error) && Array.isArray(error.problems) ? error.problems.map(String) : []
    throw new UsageError(
      (problems.length > 0 ? problems : [messageOf(error)]).map((one) => `${argument}: ${one}`).join('\n'),
    )
  }
}

function sourcesOf(claim: ConfigurationClaim, { file, set = [] }: ConfigFlags, { env, cwd }: Io): SettingSources {
  const environment = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return {
    file: file === undefined ? null : readOption('--file', file, { cwd, mend: 'give another path' }),
    environment: Object.fromEntries(environment),
    arguments: argumentsIn(claim, set),
  }
}

function argumentsIn(claim: ConfigurationClaim, set: readonly string[]): SettingSources['arguments'] {
  const given = set.map((text) => argumentIn(claim, text))
  const names = given.map(([name]) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new UsageError(`--set ${twice}: it is given twice; give it once`)
  return Object.fromEntries(given)
}

/** On a command line a value is text; it stands for what its setting is. */
function argumentIn({ settings }: ConfigurationClaim, text: string): readonly [name: string, value: SettingValue] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--set ${at === -1 ? text : ''}: give a name and a value, such as --set TIMEOUT=30`)
  const [name, value] = [text.slice(0, at), text.slice(at + 1)]
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined
  return [name, setting === undefined ? value : valueOfText(setting, value)]
}

/** What an adapter should have done itself. */
const masked = (claim: ConfigurationClaim, { environment, settings }: Configuration): Configuration => ({
  environment,
  settings: Object.fromEntries(
    Object.entries(settings).map(([name, { value, from }]) => [
      name,
      { value: value !== null && isSecret(claim.settings[name]) ? '***' : value, from },
    ]),
  ),
})

function shown(claim: ConfigurationClaim, { environment, settings }: Configuration, explain: boolean): string {
  const head = environment === null ? '' : `environment: ${environment}\n\n`
  const rows = Object.entries(settings).map(([name, { value, from }]) => {
    const setting = claim.settings[name]
    if (!explain) return [name, textOf(value)]
    return [
      name,
      textOf(value),
      from,
      isSecret(setting) ? '' : textOf(defaultOf(claim, environment, name)),
      allowedBy(setting),
    ]
  })
  const titles = ['setting', 'value', ...(explain ? ['from', 'default', 'allowed'] : [])]
  return `${head}${aligned([titles, ...rows]).join('\n')}\n`
}

const textOf = (value: SettingValue | null): string => (value === null ? 'none' : String(value))

function allowedBy(setting: SettingClaim | undefined): string {
  switch (setting?.type) {
    case 'number':
      return `${setting.whole === true ? 'whole, ' : ''}${setting.least} to ${setting.most}`
    case 'boolean':
      return 'true, false'
    case 'choice':
      return setting.values.join(', ')
    case 'text':
      return setting.secret === true ? 'text, secret' : 'text'
    case undefined:
      return ''
  }
}
