/** What each simulated bus runs in a quick certificate, measured once for each state of the adapters. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sideBySide } from '../side-by-side.ts'
import { createCopy, SCRATCH } from './copy.ts'
import type { BusOf } from './files.ts'
import type { Judged } from './judge.ts'
import { createJudge } from './judges.ts'
import { PROBE, probed, REACHED } from './probes.ts'
import type { Source } from './source.ts'

/** By bus, the probes that it reached. */
export type Reach = ReadonlyMap<string, ReadonlySet<string>>

const TIME = 20 * 60_000

/** Throws where a bus is not certified as it is: then its edits say nothing. */
export async function measureReach(
  buses: readonly BusOf[],
  sources: readonly Source[],
  { seed, atOnce, tell }: { readonly seed: number; readonly atOnce: number; readonly tell: (text: string) => void },
): Promise<Reach> {
  const hash = createHash('sha256').update(JSON.stringify([seed, sources.map(({ text }) => text)]))
  const folder = join(SCRATCH, `reach-${hash.digest('hex').slice(0, 10)}`)
  mkdirSync(folder, { recursive: true })
  const fileOf = ({ bus }: BusOf): string => join(folder, `${bus.replace('/', '-')}.txt`)
  const missing = buses.filter((bus) => !existsSync(fileOf(bus)))
  if (missing.length > 0) {
    const copy = createCopy('probed')
    copy.write(PROBE.file, PROBE.text)
    for (const source of sources) copy.write(source.file, probed(source))
    await sideBySide(atOnce, missing, async (bus) => {
      tell(`What ${bus.bus} runs is measured.`)
      const half = `${fileOf(bus)}.half`
      rmSync(half, { force: true })
      await using judge = createJudge({ [REACHED]: half })
      const { module, site } = bus
      const judged = await judge.ask({ module: copy.urlOf(module), site, effort: 'quick', seed, time: TIME })
      if (judged.verdict !== 'survived') throw new Error(notClean(bus, judged))
      writeFileSync(fileOf(bus), [...new Set(readFileSync(half, 'utf8').split('\n'))].join('\n'))
    })
  }
  return new Map(buses.map((bus) => [bus.bus, new Set(readFileSync(fileOf(bus), 'utf8').split('\n'))]))
}

const notClean = ({ bus }: BusOf, { by }: Judged): string =>
  `${bus} is not certified without any edit: ${by.join(', ')}`
