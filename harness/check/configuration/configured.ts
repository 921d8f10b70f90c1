/** The configurations of a run: what each adapter was given, what it made of it, and what must become of it. */
import type { ConfigurationClaim } from '../../claims/configuration-claim.ts'
import {
  conflictsIn,
  defaultOf,
  effectiveIn,
  environmentIn,
  givenIn,
  isAllowed,
  isSecret,
  valueOfText,
} from '../../claims/configuration-rules.ts'
import type { SeenError } from '../../events/parts.ts'
import { plural } from '../../text.ts'
import type { Configuration, SettingOrigin, SettingValue } from '../../vocabulary.ts'
import type { Detector, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'

export interface Configured {
  readonly given: EventOf<'configure'>
  /** Null if the adapter never answered. */
  answer: EventOf<'configured'> | null
  /** Whether a bus opens with it; only of what must be refused, and null if that never ended. */
  tried: EventOf<'open-tried'> | null
  /** Everything for which the adapter must refuse it; any of them will do. Conflicts are named if there is nothing else. */
  readonly refusals: readonly Refusal[]
}

/** Judges each configuration of the run, once all that was told of it is known. */
export function eachConfiguration(
  claim: ConfigurationClaim,
  judge: (one: Configured, complete: boolean) => void,
): Detector {
  const all = new Map<string, Configured>()
  return {
    takes: ['configure', 'configured', 'open-tried'],
    step(event) {
      if (event.type === 'configure')
        all.set(event.configuration, { given: event, answer: null, tried: null, refusals: refusalsOf(claim, event) })
      if (event.type !== 'configured' && event.type !== 'open-tried') return
      const one = all.get(event.configuration)
      if (one === undefined) return
      if (event.type === 'configured') one.answer = event
      else one.tried = event
    },
    end(complete) {
      for (const one of all.values()) judge(one, complete)
    },
  }
}

/** What the events are about, and where to show it. */
export const aboutOf = ({ given, answer }: Configured) => ({
  op: given.configuration,
  node: given.node,
  at: answer?.at ?? given.at,
})

type Given = ReturnType<typeof givenIn>[number]

/** A setting of a configuration that the adapter took, and must take. */
export interface TakenSetting {
  readonly name: string
  readonly isSecret: boolean
  /** By the strongest source that gives it; undefined if none does. */
  readonly given: Given | undefined
  readonly weaker: readonly Given[]
  /** The default in this environment. */
  readonly usual: SettingValue | null
  readonly expected: SettingValue | null
  /** Undefined if the adapter did not tell it. */
  readonly told: Configuration['settings'][string] | undefined
  /** As expected, or as a weaker source gives it, the default included: then the sources are what matters. */
  readonly isOfSomeSource: boolean
}

/** None of a configuration that was refused, or must be. */
export function takenSettings(
  claim: ConfigurationClaim,
  { given, answer, refusals }: Configured,
): readonly TakenSetting[] {
  const taken = answer?.taken ?? null
  if (taken === null || refusals.length > 0) return []
  const environment = environmentIn(claim, given.environment)
  return Object.entries(claim.settings).map(([name, setting]) => {
    const [strongest, ...weaker] = givenIn(given, name)
    const usual = defaultOf(claim, environment, name)
    const expected = strongest === undefined ? usual : inEffect(claim, name, strongest)
    const told = Object.hasOwn(taken.settings, name) ? taken.settings[name] : undefined
    const others = [expected, usual, ...weaker.map((one) => inEffect(claim, name, one))]
    return {
      name,
      isSecret: isSecret(setting),
      given: strongest,
      weaker,
      usual,
      expected,
      told,
      isOfSomeSource: told !== undefined && others.includes(told.value),
    }
  })
}

/** Whether the default of a setting depends on the environment. */
export const dependsOnEnvironment = ({ environments }: ConfigurationClaim, name: string): boolean =>
  Object.values(environments?.defaults ?? {}).some((values) => Object.hasOwn(values, name))

/** Why a configuration must be refused. */
export interface Refusal {
  readonly kind: 'not allowed' | 'unknown name' | 'conflict'
  /** Settings that the error must name. */
  readonly names: readonly string[]
  /** What is wrong, for sentences. */
  readonly what: string
}

const WHERE: Readonly<Record<SettingOrigin, string>> = {
  default: 'by default',
  file: 'in the file',
  environment: 'in the environment',
  argument: 'as an argument',
}

/** A value and where it is given, for sentences. */
export const textOf = (name: string, { from, value }: Given): string =>
  `${name}=${JSON.stringify(value)} ${WHERE[from]}`

function refusalsOf(claim: ConfigurationClaim, given: EventOf<'configure'>): readonly Refusal[] {
  const unknown = [...Object.keys(given.file ?? {}), ...Object.keys(given.arguments)].filter(
    (name) => !Object.hasOwn(claim.settings, name),
  )
  const wrong = Object.entries(claim.settings).flatMap(([name, setting]): readonly Refusal[] => {
    const [strongest] = givenIn(given, name)
    if (strongest === undefined || isAllowed(setting, inEffect(claim, name, strongest))) return []
    return [{ kind: 'not allowed', names: [name], what: textOf(name, strongest) }]
  })
  const refusals = [
    ...unknown.map((name): Refusal => ({ kind: 'unknown name', names: [name], what: `${name}, which is no setting` })),
    ...wrong,
  ]
  if (refusals.length > 0) return refusals
  return conflictsIn(claim, (name) => effectiveIn(claim, given, name)).map((conflict): Refusal => {
    const names = Object.keys(conflict)
    const values = names.map((name) => `${name}=${JSON.stringify(effectiveIn(claim, given, name))}`)
    return { kind: 'conflict', names, what: values.join(' with ') }
  })
}

/** The value that is given, as its setting has it. */
function inEffect({ settings }: ConfigurationClaim, name: string, { from, value }: Given): SettingValue {
  const setting = settings[name]
  return from === 'environment' && setting !== undefined ? valueOfText(setting, value) : value
}

/** Reports if the adapter does not refuse what it must refuse for one of these reasons, or a bus that is opened with it connects first. */
export function judgeRefusal({ stalls }: Ledger, report: Report, one: Configured): void {
  const { tried, refusals } = one
  const isExcused = tried !== null && tried.connections === 0 && stalls.touch(one.given.at, tried.at)
  const wrong = wrongRefusal(isExcused ? { ...one, tried: null } : one)
  const [first] = refusals
  if (wrong === null || first === undefined) return
  report.violation({
    message: `the adapter of ${one.given.node} ${wrong.did} ${first.what}`,
    expected: `a permanent error that names ${first.names.join(' and ')}, before it connects`,
    actual: wrong.actual,
    op: one.given.configuration,
    node: one.given.node,
    at: wrong.at,
  })
}

function wrongRefusal({
  answer,
  tried,
  refusals,
}: Configured): { readonly did: string; readonly actual: string; readonly at: number } | null {
  if (answer === null) return null
  if (answer.taken !== null) return { did: 'takes', actual: 'it was taken', at: answer.at }
  const { error } = answer
  const wrong = error === undefined ? 'without an error' : wrongError(error, refusals)
  if (wrong !== null) return { did: `refuses, ${wrong},`, actual: error?.message ?? 'no error', at: answer.at }
  if (tried === null) return null
  const { at, connections, error: opening } = tried
  if (opening === undefined) return { did: 'opens a bus with', actual: 'it opened', at }
  if (connections > 0) return { did: 'connects before it refuses', actual: plural(connections, 'connection'), at }
  const wrongly = wrongError(opening, refusals)
  return wrongly === null ? null : { did: `refuses to open a bus, ${wrongly}, with`, actual: opening.message, at }
}

function wrongError({ message, causes, retryable }: SeenError, refusals: readonly Refusal[]): string | null {
  const said = [message, ...causes].join('\n')
  if (!refusals.some(({ names }) => names.every((name) => isNamed(said, name)))) return 'without naming it'
  return retryable === false ? null : 'as if to try again'
}

/** As a word of its own: `SESSION_TIMEOUT` does not name `TIMEOUT`. */
const isNamed = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text)
