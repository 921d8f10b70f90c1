/**
 * Edits the shipped adapters as authors slip, one small edit at a time, and certifies the buses that run the edited place: each
 * edit must be caught, or scripts/edits/survivors.json says why it is not.
 *
 * `npm run edits -- --sample 100 --seed 1 [--folder memory] [--file PART] [--operator NAME] [--site simulated]`: tries those that
 * scripts/edits/record.jsonl does not know yet. `--again` tries the known ones too; `--caught` those that were caught, on the bus that
 * caught them; `--survivors` those that survived without a good reason, on every bus that runs them. `--on postgres` tries them with
 * whole certificates of that bus: what both shipped systems share may survive in simulation only. `--minutes` ends it earlier.
 * Without `--sample` it prints what is on record; `--list` adds the survivors. `--copy ID` leaves an edited copy of the adapters,
 * and says where.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { plural } from '../harness/text.ts'
import { createCopy } from './edits/copy.ts'
import { applied, type Edit } from './edits/edit.ts'
import { editedFiles, importedBy, readSource, shippedBuses } from './edits/files.ts'
import { generate } from './edits/generate.ts'
import { createJudge } from './edits/judges.ts'
import { OPERATORS } from './edits/operators/index.ts'
import { measureReach, type Reach } from './edits/reach.ts'
import { readReasons, readRecord, type Tried, writeRecord } from './edits/record.ts'
import { sampleOf } from './edits/sample.ts'
import { sharesBy } from './edits/shares.ts'
import type { Source } from './edits/source.ts'
import { busesFor, firstTrials, folderOf, lastTrials, realTrials, tryEdit, type Wanted } from './edits/try.ts'
import { refuse, refuseUnknown } from './names.ts'
import { sideBySide } from './side-by-side.ts'

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    operator: { type: 'string' },
    again: { type: 'boolean', default: false },
    caught: { type: 'boolean', default: false },
    survivors: { type: 'boolean', default: false },
    on: { type: 'string' },
    site: { type: 'string', default: '' },
    minutes: { type: 'string', default: '600' },
    'at-once': { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    copy: { type: 'string' },
  },
})

/** Of certificates; one for all, so that what a bus reaches holds for its edits. */
const SEED = 1
const until = performance.now() + Number(values.minutes) * 60_000

const sources = new Map(editedFiles().map((file) => [file, readSource(file)]))
const edits = generate([...sources.values()])
const record = readRecord()
const reasons = readReasons()
const { operator, file, folder } = values
refuseUnknown(operator === undefined ? [] : [operator], {
  isKnown: (name) => name in OPERATORS,
  sentence: (name) => `--operator ${name}: give one of ${Object.keys(OPERATORS).join(', ')}`,
})

/** It survived, and nobody has shown that it may. */
const isOpen = ({ id }: Edit): boolean =>
  record.get(id)?.verdict === 'survived' && (reasons.get(id)?.is ?? 'gap') === 'gap'

const buses = shippedBuses()
const onlyOn = buses.filter(({ bus }) => bus === values.on)
refuseUnknown(values.on === undefined ? [] : [values.on], {
  isKnown: () => onlyOn.length > 0,
  sentence: (name) => `--on ${name}: give one of ${buses.map(({ bus }) => bus).join(', ')}`,
})

if (onlyOn.length > 0 && (values.caught || values.again))
  refuse('--on goes with --survivors and new edits only: what another bus catches would count as survived')

const isReal = ({ file }: Edit): boolean => ['postgres', 'kafkajs'].includes(folderOf(file))

const isAsked = (edit: Edit): boolean =>
  edit.file.includes(file) &&
  (folder === '' || folderOf(edit.file) === folder) &&
  (operator === undefined || edit.operator === operator) &&
  (values.site === '' || (values.site === 'real') === isReal(edit)) &&
  (!values.caught || record.get(edit.id)?.verdict === 'caught') &&
  (!values.survivors || isOpen(edit)) &&
  onlyOn.every(({ module }) => importedBy(module).has(edit.file))

const sample = sampleOf(edits.filter(isAsked), Number(values.sample), Number(values.seed))
const isAgain = values.again || values.caught || values.survivors

/** Survivors that nobody has looked at come first. */
const left = sample
  .filter(({ id }) => isAgain || !record.has(id))
  .sort((one, other) => Number(reasons.has(one.id)) - Number(reasons.has(other.id)))

/** Survived, and nobody has said why. */
const unexplained: Tried[] = []

async function tryAll(wanted: readonly Edit[], atOnce: number): Promise<void> {
  const simulated = buses.filter(({ site }) => site === 'simulated')
  const reach =
    onlyOn.length > 0 || wanted.every(isReal)
      ? new Map<string, ReadonlySet<string>>()
      : await measureReach(simulated, [...sources.values()], { seed: SEED, atOnce, tell: console.log })
  const queue = wanted.values()
  await sideBySide(
    atOnce,
    Array.from({ length: atOnce }, (_, lane) => lane),
    async (lane) => {
      // Two commands at once must not edit one copy.
      const copy = createCopy(`${process.pid}-${lane}`)
      await using judge = createJudge()
      for (const edit of queue) {
        const source = sources.get(edit.file)
        if (source === undefined || performance.now() > until) return
        const before = values.again || values.caught ? undefined : record.get(edit.id)
        const wanted = trialsOf(edit, source, reach)
        const survived = before?.verdict === 'survived' ? before.trials : []
        const tried = await tryEdit(edit, source, { copy, judge, seed: SEED, wanted, survived })
        record.set(edit.id, tried)
        if (tried.verdict === 'survived' && !reasons.has(edit.id)) unexplained.push(tried)
        writeRecord(record, edits)
        console.log(lineOf(tried))
      }
    },
  )
}

function trialsOf(edit: Edit, source: Source, reach: Reach): Wanted[] {
  if (onlyOn.length > 0) return realTrials(onlyOn)
  const caughtOn = values.caught ? record.get(edit.id)?.trials.at(-1) : undefined
  if (caughtOn !== undefined)
    return buses.filter(({ bus }) => bus === caughtOn.bus).map((bus) => ({ bus, effort: caughtOn.effort }))
  const trials = isReal(edit) ? realTrials : values.survivors ? lastTrials : firstTrials
  return trials(busesFor(edit, source, buses, reach))
}

function lineOf({ id, verdict, by, operator, file, line, column, before, after, trials }: Tried): string {
  const runs = trials.map((trial) => `${trial.bus} ${trial.runs}`).join(', ')
  const what = `${before.slice(0, 70)} → ${after.slice(0, 70)}`
  return `${id} ${verdict} ${by.join(' ')} | ${operator} ${file}:${line}:${column} | ${what} | ${runs}`
}

const asked = edits.find(({ id }) => id === values.copy)
const edited = asked && sources.get(asked.file)
refuseUnknown(values.copy === undefined ? [] : [values.copy], {
  isKnown: () => asked !== undefined,
  sentence: (id) =>
    `--copy ${id}: there is no such edit; scripts/edits/record.jsonl has the ids of those that were tried`,
})
if (asked !== undefined && edited !== undefined) {
  const copy = createCopy(asked.id)
  copy.write(asked.file, applied(edited.text, asked.changes))
  console.log(fileURLToPath(copy.urlOf(asked.file)))
}

/** Certificates of real buses are made one at a time. */
const isAlone = (edit: Edit): boolean => isReal(edit) || onlyOn.some(({ site }) => site === 'real')

await tryAll(
  left.filter((edit) => !isAlone(edit)),
  Number(values['at-once']),
)
await tryAll(left.filter(isAlone), 1)

const known = edits.flatMap(({ id }) => record.get(id) ?? [])
if (values.list)
  for (const one of known)
    if (one.verdict === 'survived') console.log(lineOf(one), '|', reasons.get(one.id)?.is ?? 'UNEXPLAINED')
console.log(
  `\n${sharesBy(({ operator }) => operator, known, reasons)}\n\n${sharesBy(({ file }) => folderOf(file), known, reasons)}`,
)
console.log(
  `\n${plural(edits.length, 'edit')}, ${known.length} tried; ${plural(unexplained.length, 'survivor')} of this sample without a reason`,
)
process.exitCode = unexplained.length === 0 ? 0 : 1
