import type { ConfigurationClaim } from '../../claims/configuration-claim.ts'
import { environmentIn } from '../../claims/configuration-rules.ts'
import type { Check, Report } from '../check.ts'
import {
  aboutOf,
  type Configured,
  dependsOnEnvironment,
  eachConfiguration,
  type TakenSetting,
  takenSettings,
} from './configured.ts'

/** configuration/3: the first variable with the name of an environment decides, and its defaults hold. */
export const environment: Check = {
  clause: 'configuration/3',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.configuration
    if (claim?.environments === undefined) return {}
    return eachConfiguration(claim, (one) => {
      const taken = takenSettings(claim, one)
      // The adapter refused it, or had to.
      if (taken.length === 0) return
      report.occasion()
      const kind = kindOf(claim, one.given.environment)
      if (kind !== null) report.kind(kind)
      if (isFound(report, claim, one)) judgeDefaults(report, claim, one, taken)
    })
  },
}

function isFound(report: Report, claim: ConfigurationClaim, one: Configured): boolean {
  const expected = environmentIn(claim, one.given.environment)
  const told = one.answer?.taken?.environment ?? null
  if (told === expected) return true
  const texts = variablesIn(claim, one.given.environment).map(({ name, value }) => `${name}=${value}`)
  report.violation({
    ...aboutOf(one),
    message: `the adapter of ${one.given.node} finds ${told} in ${texts.join(', ') || 'no variable'}`,
    expected: `${expected}`,
    actual: `${told}`,
  })
  return false
}

function judgeDefaults(
  report: Report,
  claim: ConfigurationClaim,
  one: Configured,
  taken: readonly TakenSetting[],
): void {
  for (const { name, given, usual, told } of taken) {
    if (given !== undefined || told === undefined || !dependsOnEnvironment(claim, name)) continue
    if (usual !== claim.settings[name]?.default) report.kind('a default of its own')
    if (told.value === usual) continue
    const { environment } = one.answer?.taken ?? { environment: null }
    report.violation({
      ...aboutOf(one),
      message: `the adapter of ${one.given.node} has another ${name} than the default for ${environment}`,
      expected: JSON.stringify(usual),
      actual: JSON.stringify(told.value),
    })
  }
}

type Variables = Configured['given']['environment']

const variablesIn = ({ environments }: ConfigurationClaim, given: Variables) =>
  (environments?.variables ?? []).flatMap((name) => {
    const value = given[name]
    return value === undefined ? [] : [{ name, value }]
  })

/** The kind of occasion; null for none that the clause names. */
function kindOf(claim: ConfigurationClaim, given: Variables): string | null {
  const names = Object.values(claim.environments?.names ?? {}).flat()
  const deciding = variablesIn(claim, given).findIndex(({ value }) => names.includes(value))
  if (deciding === -1) return 'no name'
  return deciding === 0 ? null : 'a name after one that means nothing'
}
