import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import memory from '../../adapters/memory/index.ts'
import type { Event } from '../../harness/check/event.ts'
import { judge } from '../../harness/check/judge.ts'
import { longHeader } from '../long-history.ts'
import { type Found, median, type Row, timed } from '../row.ts'

const FOLDER = new URL('../porcupine/', import.meta.url).pathname
const MESSAGES = 168
const KEYS = 8
const NO_GO = 'Go is not here: https://go.dev/dl has it; Porcupine itself comes by its module proxy.'

/** A call that puts a message into the queue of its key, or takes one out. */
interface Operation {
  readonly client: number
  readonly key: string
  readonly put: boolean
  readonly number: number
  readonly call: number
  readonly returns: number
}

/** Publishes and handlings, always several at once; `swapped`: one key gets two in the wrong order. */
function operationsOf(swapped: boolean): readonly Operation[] {
  return Array.from({ length: MESSAGES }, (_, index): readonly Operation[] => {
    const about = { key: `key-${index % KEYS}`, number: Math.floor(index / KEYS) }
    const [call, jitter] = [index * 10, (index * 7) % 23]
    // The last two messages of one key change places.
    const behind = swapped && index >= MESSAGES - KEYS ? -2 * KEYS * 10 : 0
    const ahead = swapped && index >= MESSAGES - 2 * KEYS && index < MESSAGES - KEYS && index % KEYS === 0 ? 400 : 0
    const taken = call + 60 + jitter + (index % KEYS === 0 ? ahead : 0)
    return [
      { ...about, client: index % 8, put: true, call: call + behind, returns: call + behind + 40 + jitter },
      { ...about, client: 8 + (index % KEYS), put: false, call: taken, returns: taken + 25 },
    ]
  }).flat()
}

/** The same as our own events. */
function eventsOf(operations: readonly Operation[]): readonly Event[] {
  const topic = 'bench-t0'
  const node = 'n0'
  const member = { node, consumer: 'c0', group: 'bench-g0' }
  const told = operations.flatMap(({ key, put, number, call, returns }): readonly Event[] => {
    const op = `${key}/${number}`
    const content = { key: `"${key}"`, value: `"${number}"`, headers: 'none' }
    if (put)
      return [
        { type: 'publish', at: call, node, op, producer: 'p0', topic, content, hasKey: true },
        { type: 'published', at: returns, node, op, status: 'acknowledged' },
      ]
    const called = { ...member, delivery: `d ${op}`, op }
    return [
      { type: 'deliver', at: call, ...called, topic, content, attempt: 1 },
      { type: 'handled', at: returns, ...called, outcome: 'ok' },
    ]
  })
  const joined: readonly Event[] = [
    { type: 'open', at: -99, node },
    { type: 'opened', at: -99, node },
    { type: 'phase', at: -99, phase: 'traffic' },
    { type: 'subscribe', at: -99, ...member, topics: [topic], from: 'earliest' },
    { type: 'subscribed', at: -99, node, consumer: member.consumer },
  ]
  const at = Math.max(...told.map((event) => event.at)) + 1
  return [...joined, ...told.toSorted((one, other) => one.at - other.at), { type: 'end', at }]
}

interface Checked {
  readonly verdict: string
  readonly ms: number
  readonly mb: number
}

async function run(command: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(command, args, { cwd: FOLDER, stdio: ['pipe', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return await output
}

const ours = { ...longHeader(memory), witness: 'none' as const }

function judged(operations: readonly Operation[], clauses: readonly string[] | null): { ms: number; found: number } {
  const events = eventsOf(operations)
  const options = clauses === null ? {} : { clauses }
  let found = 0
  const ms = timed(50, () => {
    found = judge(ours, events, options)['ordering/1']?.violations.length ?? 0
  }).map((seconds) => seconds * 1000)
  return { ms: median(ms), found }
}

export const row: Row = {
  name: 'porcupine',
  what: `a small history, ${2 * MESSAGES} operations on ${KEYS} queues, beside Porcupine`,
  goal: 'none: a yardstick',
  async run(): Promise<Found> {
    const hasGo = await run('go', ['version'], '').then(
      () => true,
      () => false,
    )
    if (!hasGo) return { measured: '', meets: 'not run', notes: [NO_GO] }
    const folder = await mkdtemp(join(tmpdir(), 'busproof-bench-'))
    const program = join(folder, 'porcupine')
    const notes: string[] = []
    let measured = ''
    try {
      await run('go', ['build', '-o', program, '.'], '')
      for (const swapped of [false, true]) {
        const operations = operationsOf(swapped)
        const checked = JSON.parse(await run(program, [], JSON.stringify(operations))) as Record<string, Checked>
        const told = ({ verdict, ms, mb }: Checked): string => `${verdict} in ${ms} ms, ${mb.toFixed(1)} MB allocated`
        const { whole, byKey } = checked
        const [own, all] = [judged(operations, ['ordering/1']), judged(operations, null)]
        if (whole === undefined || byKey === undefined) throw new Error('Porcupine reported nothing')
        if (own.found > 0 !== swapped) throw new Error('ordering/1 misses the swapped messages, or finds too many')
        if (!swapped)
          measured = `ordering/1 ${own.ms.toFixed(2)} ms, Porcupine by key ${byKey.ms} ms, as a whole ${whole.ms} ms`
        notes.push(
          `${swapped ? 'Two messages of one key swapped' : 'In order'}: Porcupine as a whole: ${told(whole)}; by key: ${told(byKey)}; ordering/1: ${own.found > 0 ? 'violated' : 'kept'}, ${own.ms.toFixed(2)} ms; all clauses: ${all.ms.toFixed(2)} ms.`,
        )
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return { measured, meets: 'a yardstick', notes }
  },
}
