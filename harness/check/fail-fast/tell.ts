import type { Report } from '../check.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import type { Seen } from './traces.ts'

/** Reports a violation by this write; `seen`: where its event was, if the sentences say so. */
export type Tell = (
  message: string,
  expected: string,
  actual: string,
  seen?: Pick<Seen, 'consumer' | 'positions'>,
) => void

export const teller =
  (report: Report, { op, node, began, settled }: WriteOperation): Tell =>
  (message, expected, actual, { consumer, positions } = {}) =>
    report.violation({
      message,
      expected,
      actual,
      op,
      ...(consumer === undefined ? {} : { consumer }),
      node,
      ...(positions === undefined ? {} : { positions }),
      at: settled?.at ?? began.at,
    })
