/** From outside: what npm packs of busproof and of this package, installed into an empty folder. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Certificate } from 'busproof'
import { afterAll, expect, it } from 'vitest'
import { installPacked, ran } from '../../test/packed.case.ts'
import { requires } from '../../test/require.ts'
import nats from './system.ts'

const WITHIN = 900_000
const HERE = fileURLToPath(new URL('.', import.meta.url))
const require = createRequire(import.meta.url)

const missing = await nats.missing()
const found = missing === null ? await installPacked(async (built) => [await packThis(built)]) : missing
const installed = typeof found === 'string' ? null : found
afterAll(() => installed?.remove())

/** The package's own folder, wherever the repository has it. */
function folderOf(name: string): string {
  const path = require.resolve(name === '@types/node' ? `${name}/package.json` : name)
  const folder = join('node_modules', ...name.split('/')) + sep
  return path.slice(0, path.lastIndexOf(folder) + folder.length - 1)
}

async function succeeded(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await ran(program, args, cwd)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stdout}${stderr}`)
  return stdout
}

/** Built by what it imports alone, against the types that busproof publishes; resolves with the tarball's path. */
async function packThis(busproof: string): Promise<string> {
  const folder = join(busproof, 'outside')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(busproof, join(folder, 'node_modules', 'busproof'))
  for (const name of readdirSync(HERE)) {
    if (/\.(ts|json)$/.test(name) && !name.endsWith('.test.ts')) cpSync(join(HERE, name), join(folder, name))
  }
  for (const name of ['@nats-io/jetstream', '@nats-io/transport-node', '@types/node']) {
    const link = join(folder, 'node_modules', ...name.split('/'))
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(folderOf(name), link)
  }
  await succeeded(process.execPath, [join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')], folder)
  return join(folder, (await succeeded('npm', ['pack', '--silent'], folder)).trim())
}

requires('nats', installed === null ? String(found) : null)('busproof-nats, from what npm packs', () => {
  const folder = installed?.folder ?? ''
  const busproof = (...args: readonly string[]) => ran('npx', ['--no-install', 'busproof', ...args], folder)

  it('is known to the doctor by its name', { timeout: WITHIN }, async () => {
    const { code, stdout, stderr } = await busproof('doctor', 'busproof-nats')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/✓ adapter busproof-nats, real +busproof certify busproof-nats --site real/)
    expect(stdout).toMatch(/[✓–] adapter busproof-nats, containers /)
  })

  it('is certified by its name, on a real server with faults', { timeout: WITHIN }, async () => {
    const { code, stdout, stderr } = await busproof(
      'certify',
      'busproof-nats',
      '--level',
      'resilient',
      '--json',
      'c.json',
    )
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' })
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
