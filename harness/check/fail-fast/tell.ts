import type { Report } from '../check.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import type { Seen } from './traces.ts'

/** Reports a violation by this write; `seen`: where its event was, where the sentences say so. */
export type Tell = (message: string, expected: string, actual: string, seen?: Seen['fields']) => void

export const teller =
  (report: Report, { op, node, began, settled }: WriteOperation): Tell =>
  (message, expected, actual, seen = {}) =>
    report.violation({ message, expected, actual, op, ...seen, node, at: settled?.at ?? began.at })
