/** Settings that an adapter is given, and what it makes of them. */
import type { Configuration, SettingValue } from '../../../adapter.ts'
import type { SeenError } from '../../../events/parts.ts'
import { type Happening, NODE, PERMANENT } from './basis.case.ts'

export interface GivenTo {
  readonly file?: Readonly<Record<string, SettingValue>>
  readonly environment?: Readonly<Record<string, string>>
  readonly arguments?: Readonly<Record<string, SettingValue>>
}

/** What the adapter of `exampleConfiguration` has without any settings. */
const DEFAULTS: Configuration['settings'] = Object.fromEntries(
  Object.entries({
    TIMEOUT: 30,
    THRESHOLD: 2,
    IDEMPOTENT: true,
    ACKS: 'all',
    GROUP: 'default',
    DEAD_LETTER_TOPIC: null,
    PASSWORD: null,
  }).map(([name, value]) => [name, { value, from: 'default' }] as const),
)

/** Taken with these settings, each beside its source; the others have their defaults. */
export const taken = (settings: Configuration['settings'] = {}, environment = 'development'): Configuration => ({
  environment,
  settings: { ...DEFAULTS, ...settings },
})

/** Refused by an error that says this. */
export const refusing = (message: string, changes: Partial<SeenError> = {}): SeenError => ({
  ...PERMANENT,
  message,
  ...changes,
})

/** Given at `at` and answered at once; never if that is null. `opening`: what then became of a bus that was opened with them. */
export const configures = (
  at: number,
  { file, environment = {}, arguments: given = {} }: GivenTo,
  met: Configuration | SeenError | null,
  opening?: { readonly connections?: number; readonly error?: SeenError },
): Happening => {
  const about = { node: NODE, configuration: `configuration-${at}` }
  const question = { type: 'configure', at, ...about, file: file ?? null, environment, arguments: given } as const
  if (met === null) return [question]
  const answer = 'settings' in met ? { taken: met } : { taken: null, error: met }
  const events = [question, { type: 'configured', at, ...about, ...answer } as const]
  if (opening === undefined) return events
  const { connections = 0, ...end } = opening
  return [...events, { type: 'open-tried', at: at + 1, ...about, connections, ...end }]
}
