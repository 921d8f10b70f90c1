/**
 * Measures how fast busproof is, and writes bench/results.md.
 *
 * `npm run bench`: every row that together take less than ten minutes; `npm run bench -- ROW...`: these rows, also those that
 * are left out otherwise.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { text } from 'node:stream/consumers'
import { partOf, partsOf, renderPage } from './page.ts'
import type { Found, Row } from './row.ts'
import { ROWS } from './rows.ts'

const PAGE = new URL('results.md', import.meta.url)
const HEAP_MB = Math.floor((totalmem() / 2 ** 20) * 0.75)

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !ROWS.some((row) => row.name === name))
if (unknown !== undefined) {
  console.error(`there is no row ${unknown}: ${ROWS.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

/** In a process of its own, so that no row has another one's heap and code. */
async function measure({ name, heap }: Row): Promise<Found> {
  const spaces = heap === undefined ? { old: HEAP_MB, semi: 64 } : { old: heap, semi: 16 }
  const flags = ['--expose-gc', `--max-old-space-size=${spaces.old}`, `--max-semi-space-size=${spaces.semi}`]
  const entry = new URL('run-row.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [...flags, '--import', import.meta.resolve('tsx'), entry, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  const [code] = await once(child, 'close')
  const last = (await output).trim().split('\n').at(-1) ?? ''
  if (code === 0) return JSON.parse(last) as Found
  return { measured: '', meets: 'not run', notes: [`It failed, with exit code ${code}.`] }
}

const gigabytes = Math.round(totalmem() / 2 ** 30)
const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${gigabytes} GB, ${type()} ${release()}`
const where = `${machine}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`
const wanted = ROWS.filter(({ name, onlyByName }) => (asked.length === 0 ? onlyByName !== true : asked.includes(name)))
const parts = partsOf(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
for (const row of wanted) {
  const found = await measure(row)
  console.log(`${row.name}: ${found.measured === '' ? 'not run' : found.measured} (${row.goal})`)
  for (const note of found.notes ?? []) console.log(`  ${note}`)
  parts.set(row.name, partOf({ row, found, where }))
  writeFileSync(PAGE, renderPage(ROWS, parts))
}
