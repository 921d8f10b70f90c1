import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Certificate } from '../../harness/certificate/certificate.ts'
import { type Found, meets, type Row } from '../row.ts'

const MAIN = new URL('../../harness/cli/main.ts', import.meta.url).pathname

/** Certifies in a process of its own, as a user does; start-up counts. */
export async function certified(args: readonly string[]): Promise<{ seconds: number; certificate: Certificate }> {
  const folder = await mkdtemp(join(tmpdir(), 'busproof-bench-'))
  const file = join(folder, 'certificate.json')
  try {
    const began = performance.now()
    const command = ['--import', import.meta.resolve('tsx'), MAIN, 'certify', ...args, '--json', file]
    await promisify(execFile)(process.execPath, command, { maxBuffer: 1 << 26 }).catch((error: { code?: unknown }) => {
      // 1 and 4 are verdicts; the certificate says more.
      if (error.code !== 1 && error.code !== 4) throw error
    })
    const seconds = (performance.now() - began) / 1000
    return { seconds, certificate: JSON.parse(await readFile(file, 'utf8')) as Certificate }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const verdictOf = ({ certified, error }: Certificate): string =>
  error ?? (certified ? 'certified' : 'not certified')

export const row: Row = {
  name: 'certified',
  what: 'memory certified, level resilient, simulated, default effort',
  goal: '≤ 10 s wall on 2 cores, ≥ 1,000 generated runs',
  async run(): Promise<Found> {
    const { seconds, certificate } = await certified(['memory', '--level', 'resilient', '--seed', '1'])
    return {
      measured: `${seconds.toFixed(1)} s, ${certificate.runs} runs, ${verdictOf(certificate)}`,
      meets: meets(seconds <= 10 && certificate.runs >= 1_000),
      notes: [
        `${Math.round(certificate.runs / seconds)} runs and ${Math.round(certificate.events / seconds)} events a second, start-up included.`,
        'Where that time goes stands in docs/figures.md.',
      ],
    }
  },
}
