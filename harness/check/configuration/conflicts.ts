import type { Check } from '../check.ts'
import { eachConfiguration, judgeRefusal, refusalsOf } from './configured.ts'

/** configuration/4: settings that conflict are refused by their names, before anything connects. */
export const conflicts: Check = {
  clause: 'configuration/4',
  file: import.meta.url,
  detect(ledger, report) {
    const claim = ledger.run.claims.configuration
    if (claim?.conflicts === undefined) return {}
    return eachConfiguration((one) => {
      const refusals = refusalsOf(claim, one.given).filter(({ kind }) => kind === 'conflict')
      if (one.answer === null || refusals.length === 0) return
      report.occasion()
      judgeRefusal(ledger, report, one, refusals)
    })
  },
}
