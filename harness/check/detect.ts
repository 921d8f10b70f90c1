import type { CheckFactory } from './check.ts'
import { dispatch, type Stepper } from './dispatch.ts'
import { createReport, type Report } from './report.ts'
import { createLedger, type Ledger } from './tracker/ledger.ts'

/** What one clause does with a history: it looks at the events as they come, which the ledger knows already, or at the ledger when they have ended. */
export interface Detector extends Stepper {
  /** `complete` is false when the history was cut: what only the end can tell must then not be judged. */
  end?(complete: boolean): void
}

/** Detectors of one run share its ledger, which is kept only once. */
export type Detect = (ledger: Ledger, report: Report) => Detector

/** A check of its own, with a ledger of its own. */
export const toCheck =
  (clause: string, detect: Detect): CheckFactory =>
  (run) => {
    const ledger = createLedger(run)
    const report = createReport(clause)
    const detector = detect(ledger, report)
    const show = dispatch([detector])
    return {
      step: (event) => {
        const moment = ledger.step(event)
        if (moment !== null) show(event, moment)
      },
      end: (complete) => {
        detector.end?.(complete)
        return report.finding()
      },
    }
  }
