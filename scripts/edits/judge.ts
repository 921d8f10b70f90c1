/** A process that certifies one bus after another for its parent, which ends it where one does not come to an end. */
import process from 'node:process'
import type { Certificate } from '../../harness/certificate/certificate.ts'
import { certify } from '../../harness/certify.ts'
import type { Effort } from '../../harness/effort.ts'

export interface Asked {
  /** URL of the bus's module. */
  readonly module: string
  readonly site: 'simulated' | 'real'
  readonly effort: Effort
  readonly seed: number
  /** The whole certificate, ms. */
  readonly time: number
}

/** What became of one certificate. */
export interface Judged {
  readonly verdict: 'survived' | 'caught' | 'invalid'
  /** The clauses, or in words what caught it, or why it could not be tried. */
  readonly by: readonly string[]
  readonly runs: number
}

// Without its parent it would go on to the end of its certificate.
process.on('disconnect', () => process.exit())
process.on('message', (asked: Asked) => void judge(asked).then((judged) => process.send?.(judged)))

async function judge({ module, site, effort, seed, time }: Asked): Promise<Judged> {
  let runs = 0
  let isRunning = false
  try {
    const certificate = await certify(new URL(module), {
      site,
      effort,
      seed,
      time,
      ...(site === 'simulated' ? { lanes: 1 } : {}),
      shrink: 0,
      failures: null,
      regressions: null,
      onProgress: (progress) => {
        isRunning ||= progress.phase === 'running'
        runs = progress.runs
      },
    })
    return verdictOf(certificate, effort)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    // What does not load, or gives no bus, is no bus that anybody would certify.
    return { verdict: isRunning ? 'caught' : 'invalid', by: [`error: ${firstLine(said)}`], runs }
  }
}

function verdictOf({ verdicts, certified, error, notes, runs }: Certificate, effort: Effort): Judged {
  const failed = verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
  if (failed.length > 0) return { verdict: 'caught', by: failed, runs }
  if (error !== null) return { verdict: 'caught', by: [`error: ${firstLine(error)}`], runs }
  if (certified || effort === 'quick') return { verdict: 'survived', by: [], runs }
  if (notes.some((note) => note.startsWith('The time'))) return { verdict: 'caught', by: ['time'], runs }
  const short = verdicts.filter(({ verdict }) => verdict === 'inconclusive').map(({ clause }) => `short of ${clause}`)
  return { verdict: 'caught', by: short.length > 0 ? short : ['not certified'], runs }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 160)
