/** Brokers as programs of this machine. */
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SiteError } from '../../harness/errors.ts'
import { type Program, startProgram } from '../../harness/process/program.ts'
import type { Installed } from './find.ts'
import { JAVA, lastLines, type MakeProcess, type NodeProcess } from './node.ts'
import { LOGGING, serverProperties } from './settings.ts'

/** Each has a folder below `folder`, and its storage is formatted. Whatever an earlier one left there is removed. */
export const nativeNodes =
  (installed: Installed, folder: string): MakeProcess =>
  async ({ id, nodes, cluster, hosts }) => {
    const own = join(folder, `node-${id}`)
    const config = join(own, 'server.properties')
    const logging = join(own, 'log4j2.properties')
    await rm(own, { recursive: true, force: true })
    await mkdir(own, { recursive: true })
    await writeFile(config, serverProperties(id, nodes, join(own, 'data')))
    await writeFile(logging, LOGGING)
    const names = join(own, 'hosts')
    if (hosts !== null) await writeFile(names, hosts)
    const java = [
      ...JAVA,
      ...(hosts === null ? [] : [`-Djdk.net.hosts.file=${names}`]),
      `-Dlog4j2.configurationFile=${pathToFileURL(logging).href}`,
    ]
    const args = [...java, '-cp', join(installed.lib, '*')]
    await format(installed.java, [...args, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', config])
    return processOver(() =>
      // Its data goes with the harness, so it need not end in good order; and a paused one can only be killed.
      startProgram(installed.java, [...args, 'kafka.Kafka', config], { cwd: own, end: 'SIGKILL' }),
    )
  }

function format(java: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(java, args, (error, stdout, stderr) => {
      if (error === null) resolve()
      else reject(new SiteError(`Kafka's storage cannot be formatted: ${lastLines(`${stdout}\n${stderr}`)}`))
    })
  })
}

function processOver(launch: () => Promise<Program>): NodeProcess {
  let program: Program | null = null
  const kill = async (): Promise<void> => {
    await program?.stop()
  }
  return {
    async start() {
      program = await launch()
    },
    running: async () => program?.running() === true,
    said: async () => program?.said() ?? '',
    pause: async () => (await program?.pause()) === true,
    resume: async () => program?.resume() === true,
    kill,
    [Symbol.asyncDispose]: kill,
  }
}
