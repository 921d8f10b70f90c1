import { WIDE } from '../../claims/retry.ts'
import type { Breach, Check, Report, Samples } from '../check.ts'
import { type Draw, handlerDraws, publishDraws } from './draws.ts'

/**
 * How often a bus without fault is found wanting, all looks of one certificate together: less than once in a thousand
 * million. Timers cut waits to whole milliseconds and some are given up half way, so an eighth of the range is taken to
 * hold as little as a twentieth of the waits, and as much as a quarter. Then, by Chernoff's bound, of n waits
 * less than one in 200 lie in one of eight parts with a probability below 8 e^(-0.0345 n), 2e-14 for the first look at
 * 1,000 and 3e-13 for all; two neighbours within 1.5 ms of 40 are alike with one of less than 0.1, so half of m pairs are
 * with less than e^(-0.51 m), 1e-22 for 100; three quarters of k first waits lie in one part with less than
 * 8 e^(-0.549 k), 1e-11 for 50, and 3e-11 for all looks.
 */
const ENOUGH = { waits: 1_000, pairs: 100, firsts: 50 } as const
const PARTS = 8
/** On real clocks timers are late, now and then by more than an eighth of a short range. */
const PARTS_OF_REAL = 4
/** A range is divided only where its parts are wide against a millisecond. */
const WIDE_FOR_FIRST = 20
/** Shares of the range that rounding alone can lay between two equal draws, times its width, ms. */
const ALIKE = 1.5

/** retry/3: jitter fills its range, and is neither constant nor shared. Each run only counts; `judgeJitter` judges. */
export const jitter: Check = {
  clause: 'retry/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      const parts = ledger.run.site === 'simulated' ? PARTS : PARTS_OF_REAL
      const ofPublishes = publishDraws(ledger)
      report.occasion(ofPublishes.filter(({ spread }) => spread >= WIDE).length)
      count(report, ofPublishes, { what: 'publish', parts })
      count(report, handlerDraws(ledger, complete), { what: 'handler', parts })
    },
  }),
  pool: judgeJitter,
}

interface Counting {
  readonly what: 'publish' | 'handler'
  readonly parts: number
}

function count(report: Report, draws: readonly Draw[], { what, parts }: Counting): void {
  const partOf = ({ share }: Draw): number => Math.max(0, Math.min(parts - 1, Math.floor(share * parts)))
  for (const own of byNode(draws)) {
    const [first] = own
    if (first !== undefined && first.spread >= WIDE_FOR_FIRST) report.sample(`${what} firsts`, partOf(first), parts)
    const wide = own.filter(({ spread }) => spread >= WIDE)
    for (const draw of wide) report.sample(`${what} waits`, partOf(draw), parts)
    for (let index = 1; index < wide.length; index += 2) {
      const [one, other] = wide.slice(index - 1, index + 1)
      if (one !== undefined && other !== undefined && one.op !== other.op)
        report.sample(`${what} pairs`, areAlike(one, other) ? 0 : 1, 2)
    }
  }
}

function byNode(draws: readonly Draw[]): Iterable<readonly Draw[]> {
  const nodes = new Map<string, Draw[]>()
  for (const draw of draws) nodes.set(draw.node, [...(nodes.get(draw.node) ?? []), draw])
  return nodes.values()
}

const areAlike = (one: Draw, other: Draw): boolean =>
  Math.abs(one.share - other.share) <= ALIKE / Math.min(one.spread, other.spread)

/** What the counts of many runs say. */
function judgeJitter(samples: Samples): readonly Breach[] {
  return (['publish', 'handler'] as const).flatMap((what) => [
    ...judgeFill(what, samples[`${what} waits`] ?? []),
    ...judgeShared(what, samples[`${what} pairs`] ?? []),
    ...judgeFirsts(what, samples[`${what} firsts`] ?? []),
  ])
}

const total = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0)
const told = (message: string, expected: string, actual: string): Breach[] => [{ message, expected, actual, at: 0 }]

function judgeFill(what: string, counts: readonly number[]): Breach[] {
  const waits = total(counts)
  if (waits < ENOUGH.waits || counts.every((one) => one >= waits / 200)) return []
  return told(
    `the waits before a ${what} is retried do not fill the claimed range`,
    `of ${waits} waits at least one in 200 in each of ${counts.length} equal parts of the range`,
    `${counts.join(', ')}, from the shortest to the longest`,
  )
}

function judgeShared(what: string, [alike = 0, different = 0]: readonly number[]): Breach[] {
  const pairs = alike + different
  if (pairs < ENOUGH.pairs || alike <= pairs / 2) return []
  return told(
    `the waits before a ${what} is retried are drawn once for several callers`,
    'consecutive waits on one node at different places of their ranges',
    `${alike} of ${pairs} pairs are at the same place`,
  )
}

function judgeFirsts(what: string, counts: readonly number[]): Breach[] {
  const firsts = total(counts)
  if (firsts < ENOUGH.firsts || Math.max(...counts) <= (firsts * 3) / 4) return []
  return told(
    `every bus starts with the same wait before a ${what} is retried`,
    `the first waits of ${firsts} buses in different parts of their ranges`,
    `${counts.join(', ')}, from the shortest to the longest`,
  )
}
