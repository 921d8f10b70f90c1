import { READ_WITHIN } from '../../claims/configuration.ts'
import type { ConfigurationClaim } from '../../claims/configuration-claim.ts'
import { givenIn, isSecret } from '../../claims/configuration-rules.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import {
  aboutOf,
  type Configured,
  dependsOnEnvironment,
  eachConfiguration,
  judgeRefusal,
  takenSettings,
  textOf,
} from './configured.ts'

/** configuration/1: defaults hold, what is given is taken as it is, and what is not allowed is refused by its name before anything connects. */
export const settings: Check = {
  clause: 'configuration/1',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.configuration
    if (claim === undefined) return {}
    return eachConfiguration(claim, (one, complete) => {
      judgeSecrets(report, claim, one)
      if (one.answer === null) {
        if (complete) judgeSilence(ledger, report, one)
        return
      }
      const { refusals } = one
      if (refusals.some(({ kind }) => kind === 'conflict')) return
      report.occasion()
      for (const kind of new Set(refusals.map((refusal) => refusal.kind))) report.kind(kind)
      if (refusals.length > 0) judgeRefusal(ledger, report, one)
      else judgeTaken(report, claim, one)
    })
  },
}

function judgeSilence({ run, nodes, stalls, now }: Ledger, report: Report, one: Configured): void {
  const { node, at } = one.given
  const due = at + READ_WITHIN + run.slack
  const isGone = (nodes.get(node)?.exited ?? null) !== null
  if (now().at < due || isGone || stalls.touch(at, due)) return
  report.violation({
    ...aboutOf(one),
    message: `the adapter of ${node} neither takes nor refuses its settings`,
    expected: `the settings in effect, or an error, within ${READ_WITHIN} ms`,
    actual: 'no answer',
    at: due,
  })
}

function judgeTaken(report: Report, claim: ConfigurationClaim, one: Configured): void {
  const { node } = one.given
  const taken = one.answer?.taken ?? null
  if (taken === null) {
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${node} refuses settings that are allowed`,
      expected: 'the settings in effect',
      actual: one.answer?.error?.message ?? 'no settings',
    })
    return
  }
  const settings = takenSettings(claim, one)
  report.kind(settings.some(({ given }) => given !== undefined) ? 'given' : 'nothing given')
  for (const { name, isSecret, given, expected, told, isOfSomeSource } of settings) {
    if (told !== undefined && (isSecret || isOfSomeSource)) continue
    // Which default an environment has is the matter of configuration/3.
    if (told !== undefined && given === undefined && dependsOnEnvironment(claim, name)) continue
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${node} has another ${name} than ${given === undefined ? 'its default' : textOf(name, given)}`,
      expected: JSON.stringify(expected),
      actual: told === undefined ? 'it is not told' : JSON.stringify(told.value),
    })
  }
}

/** A secret stands in nothing that the adapter tells. */
function judgeSecrets(report: Report, { settings }: ConfigurationClaim, one: Configured): void {
  for (const [name, setting] of Object.entries(settings)) {
    if (!isSecret(setting)) continue
    const secrets = givenIn(one.given, name).map(({ value }) => value)
    const found = [one.answer, one.tried].find((event) =>
      secrets.some((secret) => textsIn(event).some((text) => text.includes(String(secret)))),
    )
    if (found === undefined || found === null) continue
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${one.given.node} tells ${name}, which is secret`,
      expected: 'anything but its value',
      actual: 'its value',
      at: found.at,
    })
  }
}

/** Every text in what an adapter told. */
function textsIn(told: unknown): readonly string[] {
  if (typeof told === 'string') return [told]
  return typeof told === 'object' && told !== null ? Object.values(told).flatMap(textsIn) : []
}
