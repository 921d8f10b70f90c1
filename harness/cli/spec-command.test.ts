import { expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import { checkFile } from '../check/index.ts'
import { readMutants } from '../mutants.ts'
import { run } from './run-program.case.ts'

/** Each clause's own line, without those below it that name its mutants. */
const rowsOf = (stdout: string): string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .filter((line) => !line.startsWith(' '))

/** Below which clause each mutant is named. */
function mutantsBelow(stdout: string): Map<string, string[]> {
  const below = stdout.split(/\n(?=\S)/).slice(1)
  return new Map(
    below.map((block) => {
      const [row = '', ...lines] = block.trimEnd().split('\n')
      const names = lines.map((line) => line.trim()).join(' ')
      return [row.split(' ')[0] ?? '', names.replace('mutants: ', '').split(', ')]
    }),
  )
}

const mutantsOf = (id: string) => readMutants().filter(({ must }) => must.includes(id))

test('spec lists every clause with its level, claim, check, occasions and evidence', async () => {
  const { code, stdout } = await run(['spec'])
  const rows = rowsOf(stdout)
  expect(code).toBe(0)
  expect(rows).toHaveLength(CLAUSES.length)
  for (const [index, clause] of CLAUSES.entries()) {
    const cells = rows[index]?.split(/ {2,}/) ?? []
    const file = checkFile(clause.id) ?? ''
    const check = file.slice(file.lastIndexOf('/') + 1, -'.ts'.length)
    const { id, level, claim, wants, evidence } = clause
    expect(cells.slice(0, 6)).toEqual([id, level, claim, check, String(wants), evidence])
  }
})

test('spec lists the mutants that each clause must catch', async () => {
  const { stdout } = await run(['spec'])
  const listed = mutantsBelow(stdout)
  expect([...listed.keys()]).toEqual(CLAUSES.map(({ id }) => id))
  for (const { id } of CLAUSES) expect([id, listed.get(id)]).toEqual([id, mutantsOf(id).map(({ name }) => name)])
})

test('spec --area lists that area only, and a clause is shown in full', async () => {
  const area = await run(['spec', '--area', 'breaker'])
  const ids = rowsOf(area.stdout).map((line) => line.split(' ')[0])
  expect(ids).toEqual(CLAUSES.filter((clause) => clause.area === 'breaker').map(({ id }) => id))
  const first = CLAUSES[0]
  const full = await run(['spec', first?.id ?? ''])
  const text = full.stdout.replaceAll(/\s+/g, ' ')
  expect(text).toContain(first?.text.replaceAll(/\s+/g, ' '))
  expect(text).toContain(first?.occasion)
  expect(text).toContain('system any')
  expect((await run(['spec', 'delivery/7'])).stdout).toContain('one with partitions and committedOffsets; otherwise')
})

test('a clause in full names the file of its check, and tells what is broken in each of its mutants', async () => {
  const { stdout } = await run(['spec', 'delivery/13'])
  const text = stdout.replaceAll(/\s+/g, ' ')
  expect(text).toContain('check harness/check/delivery/liveness.ts')
  const mutants = mutantsOf('delivery/13')
  expect(mutants.length).toBeGreaterThan(1)
  for (const mutant of mutants) expect(text).toContain(`${mutant.name}: ${mutant.text}`)
})
