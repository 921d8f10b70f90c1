import type { Check, Report } from '../check.ts'
import { aboutOf, type Configured, eachConfiguration, type TakenSetting, takenSettings, textOf } from './configured.ts'

/** configuration/2: each setting has the value of the strongest source that gives it, and is told with that source. */
export const precedence: Check = {
  clause: 'configuration/2',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.configuration
    if (claim === undefined) return {}
    return eachConfiguration(claim, (one) => {
      for (const setting of takenSettings(claim, one)) {
        if (setting.given !== undefined) {
          report.occasion()
          report.kind(setting.weaker.length > 0 ? 'several sources' : setting.given.from)
        }
        judgeSource(report, one, setting)
      }
    })
  },
}

function judgeSource(
  report: Report,
  one: Configured,
  { name, isSecret, given, weaker, expected, told, isOfSomeSource }: TakenSetting,
): void {
  if (told === undefined) return
  const { node } = one.given
  const from = given?.from ?? 'default'
  if (given !== undefined && !isSecret && isOfSomeSource && told.value !== expected)
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${node} does not follow ${textOf(name, given)}`,
      expected: JSON.stringify(expected),
      actual: `${JSON.stringify(told.value)}, as without it: ${weaker.map((other) => textOf(name, other)).join(', ') || 'the default'}`,
    })
  else if (told.from !== from)
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${node} tells the wrong source of ${name}`,
      expected: from,
      actual: told.from,
    })
}
