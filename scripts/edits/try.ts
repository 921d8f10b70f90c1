/** Tries one edit on the buses that run it, until one is not certified. */

import type { Copy } from './copy.ts'
import { applied, type Edit } from './edit.ts'
import { type BusOf, importedBy } from './files.ts'
import type { Judge } from './judges.ts'
import { probeOf } from './probes.ts'
import type { Reach } from './reach.ts'
import type { Trial, Tried } from './record.ts'
import type { Source } from './source.ts'

/** A certificate may take so long, ms. The machine may be busy with other work. */
const TIME = { quick: 4 * 60_000, default: 15 * 60_000 } as const

/**
 * Those that run the place in a quick certificate; where none does, and on a real site, where two runs differ, those that import
 * the file.
 */
export function busesFor(edit: Edit, source: Source, buses: readonly BusOf[], reach: Reach): BusOf[] {
  const probe = probeOf(edit, source)
  const running = buses.filter(({ bus }) => reach.get(bus)?.has(probe) === true)
  if (running.length > 0) return running
  return buses.filter(
    ({ site, module }) =>
      importedBy(module).has(edit.file) && (site === 'simulated' || folderOf(module) === folderOf(edit.file)),
  )
}

export const folderOf = (file: string): string => file.split('/')[1] ?? ''

export interface Wanted {
  readonly bus: BusOf
  readonly effort: Trial['effort']
}

/** Most of what is ever caught falls within the runs of a quick certificate. */
export const firstTrials = (on: readonly BusOf[]): Wanted[] => on.slice(0, 1).map((bus) => ({ bus, effort: 'quick' }))

/** A whole certificate of the first, and a quick one of all others. */
export const lastTrials = (on: readonly BusOf[]): Wanted[] =>
  on.map((bus, index) => ({ bus, effort: index === 0 ? 'default' : 'quick' }))

/** On a real site one is dear, and two runs of one plan differ. */
export const realTrials = (on: readonly BusOf[]): Wanted[] => on.slice(0, 1).map((bus) => ({ bus, effort: 'default' }))

export interface Trying {
  readonly copy: Copy
  readonly judge: Judge
  readonly seed: number
  readonly wanted: readonly Wanted[]
  /** What it survived before, which is not tried again. */
  readonly survived: readonly Trial[]
}

export async function tryEdit(edit: Edit, source: Source, about: Trying): Promise<Tried> {
  const { copy, judge, seed, wanted, survived } = about
  const { changes, ...place } = edit
  const trials = [...survived]
  if (wanted.length === 0) throw new Error(`no bus imports ${edit.file}`)
  copy.write(edit.file, applied(source.text, changes))
  try {
    for (const { bus, effort } of wanted) {
      if (trials.some((trial) => trial.bus === bus.bus && trial.effort === effort)) continue
      const { module, site } = bus
      const { verdict, by, runs } = await judge.ask({
        module: copy.urlOf(module),
        site,
        effort,
        seed,
        time: TIME[effort],
      })
      trials.push({ bus: bus.bus, effort, runs })
      if (verdict !== 'survived') return { ...place, verdict, by, trials }
    }
  } finally {
    copy.write(edit.file, source.text)
  }
  return { ...place, verdict: 'survived', by: [], trials }
}
