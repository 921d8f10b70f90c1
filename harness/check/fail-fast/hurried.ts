import type { Ledger } from '../tracker/ledger.ts'

/** On real clocks a busy machine may let a request run into its time-out. */
export const isHurried = ({ run, stalls }: Ledger, from: number, to: number): boolean =>
  stalls.touch(from - run.claims.recovery.deadline, to) ||
  (run.site === 'real' && to - from >= run.claims.publish.timeout)
