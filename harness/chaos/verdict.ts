/** How a chaos run ended, in one place: from it follow whether the bus was soaked, and the exit code. */
import type { Verdict } from '../certificate/certificate.ts'
import type { Measured, Soak } from '../certificate/soak.ts'
import type { End } from './stopping.ts'

export interface Course {
  /** What ended it before its time; null where nothing did. */
  readonly stopped: End | null
  readonly verdicts: readonly Verdict[]
  readonly measured: Pick<Measured, 'thresholds'>
  /** It had not come beyond the baseline. */
  readonly isBaseline: boolean
  /** ms of traffic behind the baseline. */
  readonly lasted: number
  /** Faults that were asked for, and those that landed. */
  readonly faults: { readonly asked: boolean; readonly landed: number }
}

/** A violation says more than whatever ended the run after it; `finished` alone may be soaked. */
export function endOf({ stopped, verdicts, measured, isBaseline, lasted, faults }: Course): End {
  const violated = verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
  if (violated.length > 0) {
    const when = isBaseline ? ', before the first fault' : ''
    return { ended: 'violation', why: `violated ${violated.join(', ')}${when}` }
  }
  if (stopped !== null) return stopped
  const broken = measured.thresholds.find(({ isKept }) => !isKept)
  if (broken !== undefined) return { ended: 'threshold', why: `${broken.text} was not kept` }
  if (lasted === 0) return { ended: 'empty', why: 'there was no traffic behind the baseline' }
  if (faults.asked && faults.landed === 0)
    return {
      ended: 'empty',
      why: 'no fault landed, though some were asked for: let it last longer, or shorten faults.rest',
    }
  return { ended: 'finished', why: null }
}

const CUT_SHORT: readonly Soak['ended'][] = ['guard', 'unhealthy', 'error', 'interrupted', 'unfinished']

/** Whether it ended before its time for a reason that does not speak of the bus: such a run can go on. */
export const isCutShort = ({ ended }: Pick<Soak, 'ended'>): boolean => CUT_SHORT.includes(ended)

/** At least one clause was judged, and none speaks against it. */
export const isSoaked = ({ ended }: Pick<Soak, 'ended'>, verdicts: readonly Verdict[]): boolean =>
  ended === 'finished' &&
  verdicts.some(({ verdict }) => verdict === 'pass') &&
  !verdicts.some(({ verdict }) => verdict === 'fail' || verdict === 'error')
