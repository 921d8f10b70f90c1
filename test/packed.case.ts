/** The package as a user has it: packed, and installed into an empty folder. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ran } from '../harness/cli/run-program.case.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Longest time for one command, ms: a broken one must not hang. */
const PATIENCE = 300_000

/** Runs a program to its end; resolves with its exit code, 1 where it could not be started or took too long. */
export function ran(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  // Vitest sets these for its own workers, and a user's terminal has none of them.
  const { VITEST: _, VITEST_WORKER_ID: _id, VITEST_POOL_ID: _pool, NODE_ENV: _env, ...env } = process.env
  const options = { cwd, env: { ...env, NO_COLOR: '1' }, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, stdout, stderr })
    })
  })
}

/** Builds and packs what git knows of this checkout, in a folder of its own; resolves with the tarball's path. */
async function pack(folder: string): Promise<string> {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  for (const path of files.toString().split('\0')) {
    if (path === '' || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const args of [
    ['run', 'build'],
    ['pack', '--silent'],
  ]) {
    const { code, stdout, stderr } = await ran('npm', args, folder)
    if (code !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stdout}${stderr}`)
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  return join(folder, `busproof-${version}.tgz`)
}

export interface Installed {
  /** Of a user's project, CommonJS as `npm init -y` makes it. */
  readonly folder: string
  /** Adds packages to it; resolves with why they cannot be had, or null. */
  add(...packages: readonly string[]): Promise<string | null>
  remove(): void
}

const QUIET = ['--no-audit', '--no-fund', '--prefer-offline', '--save-dev']

/** Makes tarballs of other packages from the folder that busproof was built in. */
type PackBeside = (built: string) => Promise<readonly string[]>

/** Resolves with one sentence where npm's registry cannot be reached. */
export async function installPacked(beside: PackBeside = async () => []): Promise<Installed | string> {
  const building = mkdtempSync(join(tmpdir(), 'busproof-pack-'))
  const folder = mkdtempSync(join(tmpdir(), 'busproof-user-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const add = async (...packages: readonly string[]): Promise<string | null> => {
    const { code, stderr } = await ran('npm', ['install', ...QUIET, ...packages], folder)
    if (code === 0) return null
    if (/code (ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTCACHED)/.test(stderr)) {
      return "npm's registry does not answer: run the tests again with a network"
    }
    throw new Error(`npm install ${packages.join(' ')} failed: ${stderr}`)
  }
  try {
    await ran('npm', ['init', '-y'], folder)
    const tarball = await pack(building)
    const missing = await add(tarball, ...(await beside(building)))
    if (missing === null) return { folder, add, remove }
    remove()
    return missing
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
}

/** Writes files into a user's project. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
