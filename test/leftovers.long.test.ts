import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findToxiproxy } from '../harness/link/toxiproxy-find.ts'
import { hasCode } from '../harness/own-folder.ts'
import { type ProcessIdentity, processAt, runs } from '../harness/process/leases/identity.ts'
import type { Lease, Leftover } from '../harness/process/leases/leftover.ts'
import kafka from '../systems/kafka/index.ts'
import postgres from '../systems/postgres/index.ts'
import { requires } from './require.ts'

const WITHIN = 120_000
const main = fileURLToPath(new URL('../harness/cli/main.ts', import.meta.url))
const busy = fileURLToPath(new URL('fixtures/busy-adapter.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')
const links = (await findToxiproxy()) === null ? [] : ['toxiproxy-server']

/** Temporary files, leases and histories of one test, apart from those of whatever else runs here. */
let place: string
const started: ChildProcess[] = []
const known: ProcessIdentity[] = []

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'busproof-leftovers-'))
  // PostgreSQL may be run by another user than ours.
  await chmod(place, 0o711)
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const one of known.splice(0)) if (runs(one)) process.kill(one.pid, 'SIGKILL')
  await rm(place, { recursive: true, maxRetries: 10 })
})

function busproof(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', tsx, main, ...args], {
    cwd: place,
    env: { ...process.env, TMPDIR: place, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  return child
}

const certify = (adapter: string): ChildProcess =>
  busproof('certify', adapter, '--site', 'real', '--lanes', '1', '--runs', '1000')

async function ended(child: ChildProcess): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => {
      said[stream] += chunk.toString()
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...said }
}

const sweep = () => ended(busproof('doctor', '--sweep'))

async function leases(): Promise<readonly Lease[]> {
  const folder = (await readdir(place)).find((name) => /^busproof-\w+$/.test(name))
  if (folder === undefined) return []
  const names = (await readdir(join(place, folder))).filter((name) => name.endsWith('.json'))
  const read = await Promise.all(names.map(async (name) => await leaseIn(join(place, folder, name))))
  return read.filter((lease) => lease !== null)
}

/** Null where it was let go since its name was read: what holds nothing any more has none. */
async function leaseIn(file: string): Promise<Lease | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Lease
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

const temporaryFolders = async (): Promise<readonly string[]> =>
  (await readdir(place)).filter((name) => /^busproof-\w+-/.test(name))

type Program = Extract<Leftover, { kind: 'process' }>

/** Resolves once it holds programs with these names. */
async function holding(names: readonly string[]): Promise<readonly Program[]> {
  for (;;) {
    const held = (await leases()).flatMap(({ leftovers }) => leftovers)
    const programs = held.filter((one) => one.kind === 'process')
    if (names.every((name) => programs.some((program) => program.name === name))) {
      known.push(...programs.flatMap(({ members }) => members))
      return programs
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function kill(harness: ChildProcess): Promise<void> {
  harness.kill('SIGKILL')
  if (harness.exitCode === null && harness.signalCode === null) await once(harness, 'exit')
}

/** Those and whatever they have started. */
function withDescendants(programs: readonly Program[]): readonly ProcessIdentity[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
  const parents = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const pids = new Set(programs.flatMap(({ members }) => members.map(({ pid }) => pid)))
  for (let size = 0; size !== pids.size; ) {
    size = pids.size
    for (const [pid = 0, parent = 0] of parents) if (pids.has(parent)) pids.add(pid)
  }
  const found = [...pids].map(processAt).filter((process) => process !== null)
  known.push(...found)
  return found
}

/** Kills the harness while nothing that it has started can act, as when a machine is suspended, or short of everything. */
async function killWithoutLastWords(harness: ChildProcess, programs: readonly Program[]): Promise<void> {
  const groups = new Set(programs.flatMap(({ members }) => members.map(({ pid }) => processAt(pid)?.group ?? 0)))
  for (const group of groups) if (group > 1) process.kill(-group, 'SIGSTOP')
  await kill(harness)
}

async function expectNothingLeft(processes: readonly ProcessIdentity[]): Promise<void> {
  expect(processes.filter(runs)).toEqual([])
  expect(await temporaryFolders()).toEqual([])
  expect(await leases()).toEqual([])
}

function leavesNothing(adapter: string, programs: readonly string[]): void {
  it(
    `of ${adapter}, whatever it had started`,
    async () => {
      const harness = certify(adapter)
      const held = await holding([...links, ...programs, 'host of node n0'])
      const processes = withDescendants(held)
      await killWithoutLastWords(harness, held)
      expect(held.flatMap(({ members }) => members).filter((one) => !runs(one))).toEqual([])
      expect(await temporaryFolders()).toHaveLength(1)

      const { code, stdout, stderr } = await sweep()
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      for (const { name } of held) expect(stdout).toMatch(new RegExp(`^ended ${name} \\(process \\d+`, 'm'))
      expect(stdout).toContain(`removed the folder ${join(place, 'busproof-')}`)
      await expectNothingLeft(processes)
      expect(await sweep()).toEqual({ code: 0, stdout: 'nothing was left behind\n', stderr: '' })
    },
    WITHIN,
  )
}

describe('what a harness that was killed has left is swept', () => {
  leavesNothing('memory', [])
})
requires('postgres', await postgres.missing())('what a harness that was killed has left is swept', () => {
  leavesNothing('postgres', ['postgres'])
})
requires('kafka', await kafka.missing())('what a harness that was killed has left is swept', () => {
  leavesNothing('kafkajs', ['java'])
})

describe('a sweep', () => {
  it(
    'is made by the next run, and ends a host that a loop keeps busy',
    async () => {
      const harness = certify(busy)
      const [host] = (await holding(['host of node n0'])).filter(({ name }) => name === 'host of node n0')
      while (!existsSync(join(place, 'busy'))) await new Promise((resolve) => setTimeout(resolve, 20))
      await kill(harness)
      expect(host?.members.every(runs)).toBe(true)
      const { stderr } = await ended(
        busproof('certify', 'memory', '--site', 'real', '--lanes', '1', '--runs', '1', '--time', '5s'),
      )
      expect(stderr).not.toContain('Warning')
      await expectNothingLeft(host?.members ?? [])
    },
    WITHIN,
  )

  it(
    'touches nothing of a harness that lives, which itself leaves nothing when it ends in good order',
    async () => {
      const harness = certify('memory')
      const held = await holding([...links, 'host of node n0'])
      expect(await sweep()).toEqual({ code: 0, stdout: 'nothing was left behind\n', stderr: '' })
      expect(held.flatMap(({ members }) => members).filter((one) => !runs(one))).toEqual([])
      expect(await leases()).toHaveLength(1)
      expect(await temporaryFolders()).toHaveLength(1)
      harness.kill('SIGINT')
      expect((await ended(harness)).code).toBe(130)
      await expectNothingLeft(held.flatMap(({ members }) => members))
    },
    WITHIN,
  )
})
