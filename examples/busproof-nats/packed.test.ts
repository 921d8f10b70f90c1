/** From outside: what npm packs of busproof and of this package, installed into an empty folder. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Certificate } from 'busproof'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requires } from '../../test/require.ts'
import nats from './system.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const WITHIN = 900_000

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** npm of the machine may have what is asked for in its cache. */
function missingRegistry(): string | null {
  try {
    run('npm', ['view', '@nats-io/jetstream', 'version', '--prefer-offline', '--fetch-retries=0'], ROOT)
    return null
  } catch {
    return "npm's registry does not answer: see `npm ping`"
  }
}

const pack = (folder: string, to: string): string =>
  join(to, run('npm', ['pack', '--silent', '--pack-destination', to], folder).trim().split('\n').at(-1) ?? '')

/** The package's folder as it is published: what is built, and beside it what `files` names. */
function buildBusproof(to: string): void {
  mkdirSync(to)
  run(process.execPath, [TSC, '-p', 'tsconfig.build.json', '--outDir', join(to, 'dist')], ROOT)
  for (const name of ['package.json', 'scenarios', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    cpSync(join(ROOT, name), join(to, name), { recursive: true })
  }
}

/** By what it imports alone, against the types that busproof publishes. */
function buildThis(to: string, busproof: string): void {
  mkdirSync(to)
  for (const name of readdirSync(HERE)) {
    if (/\.(ts|json)$/.test(name) && !name.endsWith('.test.ts')) cpSync(join(HERE, name), join(to, name))
  }
  const types = `@types/node@${versionOf('@types/node')}`
  run('npm', ['install', ...QUIETLY, '--no-save', busproof, types], to)
  run(process.execPath, [TSC], to)
}

const QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund', '--silent']

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

requires('nats', (await nats.missing()) ?? missingRegistry())('busproof-nats, installed from what npm packs', () => {
  let place: string
  let folder: string
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'busproof-packed-'))
    folder = join(place, 'empty')
    buildBusproof(join(place, 'busproof'))
    const busproof = pack(join(place, 'busproof'), place)
    buildThis(join(place, 'busproof-nats'), busproof)
    const own = pack(join(place, 'busproof-nats'), place)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    run('npm', ['install', ...QUIETLY, busproof, own], folder)
  }, WITHIN)
  afterAll(async () => await rm(place, { recursive: true, force: true }))

  it('is certified by its name, on a real server with faults', { timeout: WITHIN }, async () => {
    const args = ['busproof', 'certify', 'busproof-nats', '--site', 'real', '--level', 'resilient', '--json', 'c.json']
    const certifying = spawn('npx', ['--no-install', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const output of [certifying.stdout, certifying.stderr]) {
      output.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-8_000)
      })
    }
    const [code] = await once(certifying, 'close')
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' })
    const certificate = JSON.parse(readFileSync(join(folder, 'c.json'), 'utf8')) as Certificate
    expect(certificate).toMatchObject({
      adapter: 'nats',
      system: 'nats',
      site: 'real',
      level: 'resilient',
      certified: true,
    })
    expect(certificate.environment.server).toMatch(/^NATS \d+\.\d+\.\d+$/)
    expect(certificate.environment.client).toMatch(/^@nats-io\/transport-node \d+\.\d+\.\d+$/)
    const landed = Object.keys(certificate.faults.landed)
    expect(landed).toEqual(expect.arrayContaining(['reset', 'pause of a server', 'restart of a server']))
  })
})
