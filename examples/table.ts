/** Generates the tables of docs/breakers.md from what the breakers do. */
import { readdir, readFile } from 'node:fs/promises'
import { follow, type MakeCalledBreaker } from '../harness/breaker/follow.ts'
import { parseSequence, type Sequence } from '../harness/breaker/sequence.ts'
import { CLAUSES } from '../spec/index.ts'
import { makeBreaker as cockatiel } from './cockatiel.ts'
import { makeBreaker as opossum } from './opossum.ts'

export const BREAKERS: Readonly<Record<string, MakeCalledBreaker>> = { opossum, cockatiel }

/** Clauses that each bus violates, by the plan in `findings/` that shows it; every other clause holds. */
export const FINDINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  opossum: { 'breaker/1': 'breaker-1', 'breaker/5': 'breaker-5', 'breaker/7': 'breaker-7', 'breaker/9': 'breaker-5' },
  cockatiel: {
    'breaker/1': 'breaker-1',
    'breaker/3': 'breaker-3',
    'breaker/5': 'breaker-5',
    'breaker/7': 'breaker-7',
    'breaker/9': 'breaker-5',
    'retry/2': 'retry-2',
  },
}

/** By file name, without its end. */
export async function linesOf(breaker: string): Promise<ReadonlyMap<string, Sequence>> {
  const folder = new URL(`lines/${breaker}/`, import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const read = names.map(async (name) => {
    const sequence = parseSequence(await readFile(new URL(name, folder), 'utf8'), name)
    return [name.replace(/\.json$/, ''), sequence] as const
  })
  return new Map(await Promise.all(read))
}

export async function modelRows(): Promise<readonly string[]> {
  const names = Object.keys(BREAKERS)
  const cells = new Map<string, Record<string, string>>()
  const texts = new Map<string, string>()
  for (const [breaker, make] of Object.entries(BREAKERS)) {
    for (const [line, { text, claim, steps }] of await linesOf(breaker)) {
      const { disagreement } = await follow(claim, make, steps)
      texts.set(line, text)
      const cell =
        disagreement === null
          ? 'pass'
          : `**fails**: ${inShort(disagreement.actual)}, not ${inShort(disagreement.expected)}`
      cells.set(line, { ...cells.get(line), [breaker]: cell })
    }
  }
  const rows = [...texts].sort().map(([line, text]) => {
    const of = cells.get(line) ?? {}
    return row(`\`${line}\``, text, ...names.map((name) => of[name] ?? '–'))
  })
  return rows
}

/** Those that not both of them claim. */
const LEFT_OUT: readonly string[] = [10, 11, 12, 13, 14].map((number) => `breaker/${number}`)

export function clauseRows(): readonly string[] {
  const judged = CLAUSES.filter(({ id, area }) => (area === 'breaker' && !LEFT_OUT.includes(id)) || isFound(id))
  return judged.map(({ id, title }) => {
    const cell = (breaker: string): string => {
      const plan = FINDINGS[breaker]?.[id]
      return plan === undefined ? 'pass' : `**fails**: \`findings/${breaker}/${plan}.json\``
    }
    return row(id, title, ...Object.keys(BREAKERS).map(cell))
  })
}

const inShort = (said: string): string => said.replace(/^done(, )?/, '') || 'no change'
const isFound = (id: string): boolean => Object.values(FINDINGS).some((plans) => plans[id] !== undefined)
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`
