/** One broker, which is also a controller, in its own process. */
import { PassingError, SiteError } from '../../harness/errors.ts'
import type { SystemServer } from '../../harness/system-contract.ts'
import { CoordinatorLost } from './coordinator.ts'
import type { NodeAddresses } from './settings.ts'

export interface KafkaNode extends SystemServer, AsyncDisposable {
  /** Starts it; it does not serve yet. */
  launch(): Promise<void>
  runs(): Promise<boolean>
  /** Rejects with PassingError, and what it said last, when it has ended. */
  assertRunning(): Promise<void>
}

/** What a broker runs in: a program, or a container. */
export interface NodeProcess extends AsyncDisposable {
  /** Also after {@link kill}, on the same data. */
  start(): Promise<void>
  running(): Promise<boolean>
  /** The last of what it has said. */
  said(): Promise<string>
  /** False when it does not run. */
  pause(): Promise<boolean>
  /** False when there is nothing to resume. */
  resume(): Promise<boolean>
  /** Ends it at once, paused or not, if it runs. */
  kill(): Promise<void>
}

export interface ProcessOptions {
  readonly id: number
  readonly nodes: readonly NodeAddresses[]
  readonly cluster: string
  /** Under which addresses it finds the others, as the text of a hosts file; null where it needs no names. */
  readonly hosts: string | null
}

export type MakeProcess = (options: ProcessOptions) => Promise<NodeProcess>

/** It starts in half the time with the first compiler alone; a heap so small wants one collector; files in /tmp would stay. */
export const JAVA = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xms64m',
  '-Xmx384m',
  '-XX:-UsePerfData',
  '-Djava.net.preferIPv4Stack=true',
  '-Dlog4j2.disable.jmx=true',
]

/** A restart starts a broker at most so often: groups may not work after the first. After a pause they do, or the run is void. */
const STARTS = 3

export const lastLines = (text: string): string => text.trim().split('\n').slice(-6).join('\n')

/** `serving` resolves once the launched broker serves. */
export function nodeOver(name: string, own: NodeProcess, serving: (node: KafkaNode) => Promise<void>): KafkaNode {
  const node: KafkaNode = {
    name,
    launch: () => own.start(),
    runs: () => own.running(),
    async assertRunning() {
      if (!(await own.running())) throw new PassingError(`${name} has ended: ${lastLines(await own.said())}`)
    },
    async pause() {
      if (!(await own.pause())) throw new SiteError(`${name} cannot be paused: it is not running.`)
    },
    async resume() {
      if (await own.resume()) await serving(node)
    },
    kill: () => own.kill(),
    async restart() {
      for (let left = STARTS; ; left--) {
        await node.kill()
        await node.launch()
        try {
          return await serving(node)
        } catch (error) {
          if (!(error instanceof CoordinatorLost) || left === 1) throw error
        }
      }
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  }
  return node
}
