import type { Breach } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { rounded } from '../tracker/timing.ts'
import type { Trial } from '../tracker/trials.ts'

/**
 * What is wrong with the bus's answer to a call that it must refuse at once, or null. `of` names the call in a sentence; the
 * calling check judges the error itself.
 */
export function wronglyMet(ledger: Ledger, trial: Trial, of: string): Breach | null {
  const { began, ended, sent, node } = trial
  const bound = began.at + ledger.run.slack
  const about = { expected: 'refused at once, with nothing of it on the wire', node, op: trial.trial }
  const late = ended === null ? ledger.now().at > bound && !hasExited(ledger, node) : ended.at > bound
  if (sent !== null) return { ...about, message: `${of} was sent`, actual: sent.how, at: sent.at }
  if (ended?.outcome === 'taken')
    return { ...about, message: `${of} was accepted`, actual: 'it resolved', at: ended.at }
  if (!late) return null
  const actual = ended === null ? 'it never settled' : `refused after ${rounded(ended.at - began.at)} ms`
  return { ...about, message: `${of} was not refused at once`, actual, at: ended?.at ?? bound }
}

const hasExited = ({ nodes }: Ledger, node: string): boolean => nodes.get(node)?.exited != null
