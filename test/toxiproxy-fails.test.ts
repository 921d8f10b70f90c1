/** A Toxiproxy that fails in the middle of a certificate: killed, hung, or answering nothing but errors. */
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import type { CertifyOptions } from '../harness/certify-options.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { findToxiproxy, TOXIPROXY_MISSING } from '../harness/link/toxiproxy.ts'
import { consumer, fault, message, plan } from '../harness/plan/parts.case.ts'
import { freePort, LOOPBACK } from '../harness/process/loopback.ts'
import { type Program, startProgram } from '../harness/process/program.ts'
import { requires } from './require.ts'
import { violated } from './violated.case.ts'

const found = await findToxiproxy()

const MEMORY = new URL('../adapters/memory/index.ts', import.meta.url)
const EARLY_COMMITS = new URL('../mutants/delivery/commits-before-handling.ts', import.meta.url)
const RUNS = 3
/** Long enough for Toxiproxy to fail in the middle of the second. */
const plans = Array.from({ length: RUNS }, (_, seed) => ({
  ...plan({
    messages: [message({ outcome: { kind: 'slow', ms: 200 } }), message({ at: 500 }), message({ at: 900 })],
    consumers: [consumer()],
    faults: [
      fault('latency', { at: 100, lasts: 400, amount: 20 }),
      fault('bandwidth', { role: 'consume', direction: 'down', at: 500, lasts: 500, amount: 20_000 }),
    ],
  }),
  seed,
}))

/** Certifies with a Toxiproxy to which `spoil` is done in the second run. */
function certifyWhile(
  spoil: () => void,
  { module = MEMORY, ...options }: CertifyOptions & { readonly module?: URL } = {},
): Promise<Certificate> {
  let isSpoiling = false
  return certify(module, {
    site: 'real',
    lanes: 1,
    plans,
    failures: null,
    shrink: 0,
    onProgress({ runs }) {
      if (runs !== 1 || isSpoiling) return
      isSpoiling = true
      setTimeout(spoil, 900)
    },
    ...options,
  })
}

function expectAllRun(certificate: Certificate): void {
  const { error, runs, madeAgain, notes } = certificate
  expect(error).toBeNull()
  expect(violated(certificate)).toEqual([])
  expect(runs).toBe(RUNS)
  expect(madeAgain.length).toBeGreaterThan(0)
  for (const one of madeAgain) expect(one).toMatch(/^run 2: Toxiproxy: cannot |^run 2: BUSPROOF_TOXIPROXY is http/)
  expect(notes.join()).toContain(`because the site had failed; first ${madeAgain[0]}`)
}

requires('toxiproxy', found === null ? TOXIPROXY_MISSING : null)('a Toxiproxy of ours that fails', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-toxiproxy-'))
    const program = join(folder, 'toxiproxy-server')
    await writeFile(program, `#!/bin/sh\necho $$ >> '${folder}/pids'\nexec '${found}' "$@"\n`)
    await chmod(program, 0o755)
    vi.stubEnv('BUSPROOF_TOXIPROXY', program)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true, force: true })
  })
  const pids = (): readonly number[] => readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number)
  const signal = (name: NodeJS.Signals) => (): void => void process.kill(pids().at(-1) ?? 0, name)
  const runs = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  it.each(['SIGKILL', 'SIGSTOP'] as const)('is started anew: %s', { timeout: 90_000 }, async (name) => {
    const certificate = await certifyWhile(signal(name), { toxiproxy: 'required' })
    expectAllRun(certificate)
    expect(certificate.links).toMatch(/^tap and Toxiproxy \d+\.\d+\.\d+$/)
    expect(pids()).toHaveLength(2)
    expect(pids().filter(runs)).toEqual([])
  })
})

requires('toxiproxy', found === null ? TOXIPROXY_MISSING : null)('a Toxiproxy of the user that fails', () => {
  let theirs: Program
  let front: Server
  let isBad: boolean
  beforeEach(async () => {
    const port = await freePort()
    isBad = false
    theirs = await startProgram(found ?? '', ['-host', LOOPBACK, '-port', String(port)], { end: 'SIGKILL' })
    front = createServer((asked, answer) => {
      if (isBad) return void answer.writeHead(500).end('{"error": "it is broken"}')
      const { method, url, headers } = asked
      const forwarded = request({ host: LOOPBACK, port, method, path: url, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 500, answered.headers)
        answered.pipe(answer)
      })
      forwarded.on('error', () => answer.writeHead(502).end())
      asked.pipe(forwarded)
    })
    await new Promise<void>((resolve) => front.listen(0, LOOPBACK, resolve))
    const address = front.address()
    vi.stubEnv('BUSPROOF_TOXIPROXY', `http://${LOOPBACK}:${typeof address === 'object' ? address?.port : 0}`)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    front.closeAllConnections()
    front.close()
    await theirs.stop()
  })
  const turnsBad = (): void => {
    isBad = true
  }

  it('makes way for the taps', { timeout: 90_000 }, async () => {
    const certificate = await certifyWhile(turnsBad)
    expectAllRun(certificate)
    expect(certificate.links).toMatch(
      /^tap and Toxiproxy \d+\.\d+\.\d+; only the tap from run 2 on, because Toxiproxy kept failing: /,
    )
  })

  it('ends the certificate by name where it is required', { timeout: 90_000 }, async () => {
    const certificate = await certifyWhile(turnsBad, { toxiproxy: 'required' })
    expect(certificate.error).toMatch(/Toxiproxy.*\(run 2, tried 3 times\)$/)
    expect(certificate.runs).toBe(1)
    expect(exitCodeOf(certificate, false)).toBe(3)
  })

  it('leaves a violation that was found before', { timeout: 90_000 }, async () => {
    const options = { toxiproxy: 'required', module: EARLY_COMMITS, bail: false } as const
    const certificate = await certifyWhile(turnsBad, options)
    const failed = certificate.verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
    expect(failed).toContain('delivery/6')
    expect(certificate.failures.map(({ clause }) => clause)).toEqual(failed)
    expect(certificate.error).toMatch(/Toxiproxy/)
    expect(exitCodeOf(certificate, false)).toBe(1)
  })
})
