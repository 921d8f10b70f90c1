import type { Report } from '../check.ts'
import type { WriteOperation } from '../tracker/operations.ts'

/** Reports a violation by this write. */
export type Tell = (message: string, expected: string, actual: string) => void

export const teller =
  (report: Report, { op, node, began, settled }: WriteOperation): Tell =>
  (message, expected, actual) =>
    report.violation({ message, expected, actual, op, node, at: settled?.at ?? began.at })
