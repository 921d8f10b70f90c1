import type { Check } from '../check.ts'
import { eachConfiguration, judgeRefusal } from './configured.ts'

/** configuration/4: settings that conflict are refused by their names, before anything connects. */
export const conflicts: Check = {
  clause: 'configuration/4',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.configuration
    if (claim?.conflicts === undefined) return {}
    return eachConfiguration(claim, (one) => {
      if (one.answer === null || !one.refusals.some(({ kind }) => kind === 'conflict')) return
      report.occasion()
      judgeRefusal(ledger, report, one)
    })
  },
}
