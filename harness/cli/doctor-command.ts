import { join } from 'node:path'
import process from 'node:process'
import type { Command } from 'commander'
import { messageOf, UsageError } from '../errors.ts'
import { missingToxiproxyImage } from '../link/toxiproxy-container.ts'
import { findToxiproxy, TOXIPROXY_MISSING } from '../link/toxiproxy-find.ts'
import { loadAdapter } from '../load/adapter.ts'
import { builtInAdapters, resolveAdapter } from '../load/find-adapter.ts'
import { loadSimulatedSystem, loadSystem, sitesWith } from '../load/system.ts'
import { OWN_VERSION } from '../own-package.ts'
import { sweep } from '../process/leases/sweep.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { RUNS_FOLDER } from '../site/start.ts'
import type { SiteName } from '../site-name.ts'
import { EXIT } from './exit-code.ts'
import type { Io } from './io.ts'

export interface Examination {
  readonly name: string
  /** Whether what it speaks of can be used here. */
  readonly works: boolean
  /** Only the embedded default must work; everything else adds to it. */
  readonly needed: boolean
  /** What was found, or what is missing and the command that gets it. */
  readonly text: string
}

export function addDoctorCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('doctor')
    .description('report what is installed and what is missing, with the commands that install it')
    .argument('[adapters...]', 'paths or packages of adapters, in addition to the built-in ones')
    .option('--sweep', 'only remove what killed runs left behind')
    .option('--json', 'print it as JSON')
    .action(async (adapters: readonly string[], flags: DoctorFlags) =>
      end(flags.sweep === true ? await runSweep(flags, io) : await run(adapters, flags, io)),
    )
}

interface DoctorFlags {
  readonly sweep?: boolean
  readonly json?: boolean
}

async function run(adapters: readonly string[], { json }: DoctorFlags, io: Io): Promise<number> {
  const found = await examine(adapters, io)
  const paint = paintFor(io.stdout, io.env)
  io.stdout.write(json === true ? `${JSON.stringify(found, null, 2)}\n` : table(found, paint))
  return found.every(({ works, needed }) => works || !needed) ? EXIT.certified : EXIT.failed
}

/** One line for each thing; fails where something stays that has to go. */
async function runSweep({ json }: DoctorFlags, io: Io): Promise<number> {
  const swept = await sweep({ histories: join(io.cwd, RUNS_FOLDER) })
  const { done, warnings } = swept
  const lines = done.length + warnings.length === 0 ? [NOTHING] : done
  io.stdout.write(json === true ? `${JSON.stringify(swept, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''))
  for (const warning of warnings) io.stderr.write(`${warning}\n`)
  return warnings.length === 0 ? EXIT.certified : EXIT.failed
}

const NOTHING = 'nothing was left behind'

async function examine(adapters: readonly string[], io: Io): Promise<Examination[]> {
  const examined = [node()]
  for (const { name, url } of await builtInAdapters()) examined.push(...(await adapter(name, url)))
  for (const name of adapters) examined.push(...(await adapter(name, await resolveAdapter(name, io.cwd))))
  examined.push(await toxiproxy(io), await toxiproxyContainer())
  const usable = examined.some(({ name, works }) => works && name.startsWith('adapter '))
  return [...examined, { name: 'default', works: usable, needed: true, text: usable ? READY : UNUSABLE }]
}

const READY = 'at least one built-in bus can be certified here'
const UNUSABLE = 'no built-in bus can be certified here; see above for what is missing'

const LEAST_NODE = [20, 19] as const

function node(): Examination {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const works = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  const text = `${process.versions.node}${works ? '' : `; busproof needs ${LEAST_NODE.join('.')} or later`}, busproof ${OWN_VERSION}`
  return { name: 'node', works, needed: true, text }
}

/** A bus that cannot even be loaded is a finding like any other. */
async function adapter(name: string, url: URL): Promise<Examination[]> {
  try {
    return await sitesOf(name, url)
  } catch (error) {
    const text = messageOf(error)
    return [{ name: `adapter ${name}`, works: false, needed: false, text }]
  }
}

async function sitesOf(name: string, url: URL): Promise<Examination[]> {
  const { system } = await loadAdapter(url.href)
  const of = (site: SiteName, missing: string | null): Examination => ({
    name: `adapter ${name}, ${site}`,
    works: missing === null,
    needed: false,
    text: missing ?? `busproof certify ${name} --site ${site}`,
  })
  const sites = (await sitesWith(system)).map(async (site) => of(site, await missingOn(system, site)))
  const simulated = (await loadSimulatedSystem(system)) === null ? [] : [of('simulated', null)]
  return [...simulated, ...(await Promise.all(sites))]
}

/** A missing setting is reported by an error. */
async function missingOn(system: string, site: Exclude<SiteName, 'simulated'>): Promise<string | null> {
  try {
    return await (await loadSystem(system, site)).missing()
  } catch (error) {
    return messageOfUsage(error)
  }
}

function messageOfUsage(error: unknown): string {
  if (!(error instanceof UsageError)) throw error
  return error.message
}

async function toxiproxy(io: Io): Promise<Examination> {
  const found = await findToxiproxy()
  const shown = found?.startsWith(io.cwd) === true ? `.${found.slice(io.cwd.length)}` : found
  const text = shown === null ? `${TOXIPROXY_MISSING} Without it, the tap injects the faults.` : `found: ${shown}`
  return { name: 'toxiproxy', works: found !== null, needed: false, text }
}

async function toxiproxyContainer(): Promise<Examination> {
  const missing = await missingToxiproxyImage().catch(messageOfUsage)
  return {
    name: 'toxiproxy, containers',
    works: missing === null,
    needed: false,
    text: missing ?? 'its image is available',
  }
}

function table(found: readonly Examination[], paint: Paint): string {
  const width = Math.max(...found.map(({ name }) => name.length))
  const lines = found.map(({ name, works, needed, text }) => {
    const sign = works ? paint('green', '✓') : paint(needed ? 'red' : 'yellow', needed ? '✖' : '–')
    return `${sign} ${name.padEnd(width)}  ${text}`
  })
  return `${lines.join('\n')}\n`
}
