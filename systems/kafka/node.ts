/** One node: a broker that is a controller too, in a process of its own. */
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Program, SiteError, startProgram } from '../../harness/site/program.ts'
import type { SystemNode } from '../../harness/site/system.ts'
import type { Installed } from './find.ts'
import { LOGGING, type NodeAddresses, serverProperties } from './settings.ts'

export interface KafkaNode extends SystemNode, AsyncDisposable {
  /** Starts it; it does not serve yet. */
  launch(): Promise<void>
  runs(): boolean
  /** Throws SiteError, with what it said last, when it has ended. */
  assertRunning(): void
}

export interface NodeOptions {
  readonly id: number
  readonly nodes: readonly NodeAddresses[]
  readonly cluster: string
  readonly folder: string
  readonly installed: Installed
  /** Under which addresses it finds the others, as the text of a hosts file; null where it needs no names. */
  readonly hosts: string | null
  /** Resolves once the node, which has been launched, serves. */
  readonly serving: (node: KafkaNode) => Promise<void>
}

/** It starts in half the time with the first compiler alone; a heap so small wants one collector; files in /tmp would stay. */
const JAVA = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xms64m',
  '-Xmx384m',
  '-XX:-UsePerfData',
  '-Djava.net.preferIPv4Stack=true',
]

/** Makes the node's folder and formats its storage. Whatever an earlier one left there is removed. */
export async function makeNode(options: NodeOptions): Promise<KafkaNode> {
  const { id, installed, nodes, cluster, hosts } = options
  const folder = join(options.folder, `node-${id}`)
  const config = join(folder, 'server.properties')
  const logging = join(folder, 'log4j2.properties')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(config, serverProperties(id, nodes, join(folder, 'data')))
  await writeFile(logging, LOGGING)
  const names = join(folder, 'hosts')
  if (hosts !== null) await writeFile(names, hosts)
  const java = [
    ...JAVA,
    ...(hosts === null ? [] : [`-Djdk.net.hosts.file=${names}`]),
    `-Dlog4j2.configurationFile=${pathToFileURL(logging).href}`,
    '-Dlog4j2.disable.jmx=true',
  ]
  const args = [...java, '-cp', join(installed.lib, '*')]
  await format(installed.java, [...args, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', config])
  const launch = (): Promise<Program> =>
    // Its data goes with the harness, so it need not end in good order; and a paused one can only be killed.
    startProgram(installed.java, [...args, 'kafka.Kafka', config], { cwd: folder, end: 'SIGKILL' })
  return nodeOver(`kafka-${id}`, launch, options.serving)
}

function format(java: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(java, args, (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new SiteError(`Kafka's storage cannot be formatted: ${lastLines(`${stdout}\n${stderr}`)}`))
    })
  })
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n')

function nodeOver(name: string, launch: () => Promise<Program>, serving: NodeOptions['serving']): KafkaNode {
  let program: Program | null = null

  const node: KafkaNode = {
    name,
    async launch() {
      program = await launch()
    },
    runs: () => program?.running() === true,
    assertRunning() {
      if (!node.runs()) throw new SiteError(`${name} has ended: ${lastLines(program?.said() ?? '')}`)
    },
    pause() {
      if (program?.signal('SIGSTOP') === true) return Promise.resolve()
      return Promise.reject(new SiteError(`${name} cannot be paused: it does not run.`))
    },
    async resume() {
      if (program?.signal('SIGCONT') === true) await serving(node)
    },
    async kill() {
      await program?.stop()
    },
    async restart() {
      await node.kill()
      await node.launch()
      await serving(node)
    },
    [Symbol.asyncDispose]: () => node.kill(),
  }
  return node
}
