import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CLAUSES } from '../../spec/index.ts'
import { isSelected } from '../certificate/judged.ts'
import { checkSelection } from '../certificate/selection.ts'
import type { Finding } from '../check/check.ts'
import { judge } from '../check/judge.ts'
import { isClaimed } from '../claims/index.ts'
import { rank } from '../history/ranks.ts'
import { readHistory } from '../history/read.ts'
import { sortByTime } from '../history/sort.ts'
import { lackedBy, without } from '../lacks.ts'
import { titleOf } from '../report/clauses.ts'
import { LOOKS } from '../report/console.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { tellStory } from '../report/story.ts'
import { clip, plural, WIDTH, wrap } from '../text.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'
import { parseClauses } from './options.ts'

interface Judged {
  readonly clause: string
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'unsupported'
  readonly finding: Finding
  /** What the system lacks for it. */
  readonly reason?: string
}

export function addCheckCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('check')
    .description('judge a stored history, even an incomplete one')
    .argument('<file>', 'a history.jsonl written by busproof')
    .option('--only <clause...>', 'judge only these clauses or areas', parseClauses)
    .option('--full', 'print complete stories')
    .action(async (file: string, flags: CheckFlags) => {
      if (flags.only !== undefined) checkSelection(flags.only)
      end(await runCheck(file, flags, io))
    })
}

interface CheckFlags {
  readonly only?: readonly string[]
  readonly full?: boolean
}

async function runCheck(file: string, { only = [], full = false }: CheckFlags, io: Io): Promise<number> {
  const history = await readHistory(resolve(io.cwd, file))
  const { header, events, complete, note } = history
  const { lacks = {} } = header
  const findings = judge(header, rank(header.site === 'real' ? sortByTime(events) : events), { complete })
  const judged = CLAUSES.filter((clause) => isSelected(clause, only)).map(({ id, ...clause }): Judged => {
    const finding = findings[id] ?? { occasions: 0, violations: [] }
    const verdict = isClaimed(clause, header.claims) ? verdictOf(finding) : 'unsupported'
    const excuse = verdict === 'inconclusive' ? lackedBy(clause, lacks) : null
    if (excuse === null) return { clause: id, verdict, finding }
    return { clause: id, verdict: 'unsupported', finding, reason: without(excuse, lacks) }
  })
  const paint = paintFor(io.stdout, io.env)
  const failed = judged.filter(({ verdict }) => verdict === 'fail')
  const lines = [
    paint('bold', `${header.adapter}, ${header.site} site, run ${header.run}: ${plural(events.length, 'event')}`),
    ...(note === null ? [] : [paint('yellow', note)]),
    '',
    ...judged.map((one) => row(one, paint)),
    ...reasons(judged),
    ...failed.flatMap(({ finding }) => story(history, finding, full)),
    '',
    conclusion(judged, complete),
  ]
  io.stdout.write(`${lines.join('\n')}\n`)
  if (failed.length > 0) return EXIT.violation
  const all = complete && judged.every(({ verdict }) => verdict !== 'inconclusive')
  return all ? EXIT.certified : EXIT.inconclusive
}

/** In one run any occasion is enough; a certificate, of many runs, wants more. */
function verdictOf({ violations, occasions }: Finding): Judged['verdict'] {
  if (violations.length > 0) return 'fail'
  return occasions > 0 ? 'pass' : 'inconclusive'
}

function row({ clause, verdict, finding }: Judged, paint: Paint): string {
  const { sign, colour } = LOOKS[verdict]
  const line = `${clause.padEnd(15)} ${plural(finding.occasions, 'occasion').padStart(14)}  ${titleOf(clause)}`
  return `${paint(colour, `${sign} ${verdict.padEnd(13)}`)} ${clip(line, WIDTH - 16)}`
}

/** Each once, with the clauses that it holds for. */
function reasons(judged: readonly Judged[]): string[] {
  const found = new Map<string, string[]>()
  for (const { clause, reason } of judged) {
    if (reason !== undefined) found.set(reason, [...(found.get(reason) ?? []), clause])
  }
  const lines = [...found].flatMap(([reason, clauses]) => wrap(`${reason}: ${clauses.join(', ')}`, WIDTH))
  return lines.length === 0 ? [] : ['', ...lines]
}

function story({ header, events }: Awaited<ReturnType<typeof readHistory>>, finding: Finding, full: boolean): string[] {
  const [violation] = finding.violations
  return violation === undefined ? [] : ['', ...tellStory({ header, events, violation, full })]
}

function conclusion(judged: readonly Judged[], complete: boolean): string {
  const count = (name: Judged['verdict']): number => judged.filter(({ verdict }) => verdict === name).length
  const parts = [
    count('fail') === 0 ? 'no violation' : `${plural(count('fail'), 'clause')} violated`,
    `${count('pass')} passed`,
    `${count('inconclusive')} without an occasion in this run`,
    ...(complete ? [] : ['the history is incomplete']),
  ]
  return parts.join('; ')
}
