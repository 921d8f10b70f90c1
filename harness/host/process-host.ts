/** Runs one node in a child process, so that its exits, crashes, output and leaks are its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { SiteError, UsageError } from '../errors.ts'
import type { Event } from '../events/kinds.ts'
import { createRedactor } from '../history/redact.ts'
import { leakedIn } from '../history/seen-error.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import { placeOf } from '../load/adapter.ts'
import { isTypeScript } from '../load/module.ts'
import { holdProcess } from '../process/leases/lease.ts'
import { HOST_BOUNDS, type HostBounds } from './bounds.ts'
import { monotonic, since } from './clock.ts'
import { type Ended, endSentence } from './ended.ts'
import { type Command, type Emit, endsRun, type Host, type NodeConfig } from './host.ts'
import { createOutput, droppedText, type Output } from './output.ts'
import type { FromChild, ToChild } from './protocol.ts'
import { threadTime } from './thread-time.ts'

export interface ProcessHost extends Host {
  readonly pid: number
  /** What the adapter says of itself. */
  readonly adapter: AdapterFacts
  /** False once the child has ended, by itself or because it was asked to. Commands then settle at once, without effect. */
  running(): boolean
  /** Ends the child at once (SIGKILL), as a crash of the machine would. */
  kill(): Promise<void>
}

export interface ProcessHostOptions extends Pick<NodeConfig, 'node' | 'epoch' | 'canaries'> {
  /** URL of the adapter's module; TypeScript is loaded directly. */
  readonly module: string
  /** Takes the node's events in the order in which the child sent them. */
  readonly onEvent: Emit
  /** What the adapter is called, for sentences about it. */
  readonly adapter?: string
  /** Default: {@link HOST_BOUNDS}. */
  readonly bounds?: HostBounds
  /** Added to this process's environment; NODE_ENV is `production` unless it stands here. */
  readonly env?: Readonly<Record<string, string>>
}

/** Longest time for the child to end after it was asked to, and for what it said last to arrive, ms. */
const END_WITHIN = 2_000
const LAST_WORDS_WITHIN = 500
/** So many times as long as {@link HostBounds.busy} it may give no sign of life where it does not work: then it may be the machine that is busy. */
const STILL = 10

/**
 * Starts the child and loads the adapter in it. Rejects with a {@link UsageError} where the adapter cannot be loaded, and with a
 * {@link SiteError} where the host fails.
 */
export async function startProcessHost(options: ProcessHostOptions): Promise<ProcessHost> {
  const host = new ChildHost(options)
  try {
    const adapter = await host.load(options.module)
    return Object.assign(host, { adapter })
  } catch (error) {
    await host.kill()
    throw error
  }
}

/** Flags for a process of Node: source files need tsx, JavaScript alone does not. */
export const tsxFlags = (isSource: boolean): readonly string[] =>
  isSource ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : []

/** The source may be ours or the adapter's. */
function forkEntry(module: string, env: Readonly<Record<string, string>>, heap: number): ChildProcess {
  const entry = new URL(import.meta.url.endsWith('.ts') ? './process-entry.ts' : './process-entry.js', import.meta.url)
  const isSource = [entry.href, module].some(isTypeScript)
  return fork(fileURLToPath(entry), [], {
    execArgv: ['--no-warnings', `--max-old-space-size=${heap}`, ...tsxFlags(isSource)],
    env: { ...withoutSettingsOfSystems(process.env), NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // In its own process group, so that Ctrl-C reaches only the harness, which ends the child in an orderly way.
    detached: true,
  })
}

/** What leads the harness to a system, with its password, is not the adapter's to know. */
export const withoutSettingsOfSystems = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('BUSPROOF_REMOTE_')))

/** Resolves with how the child ended, after what it said last has been read. */
async function ended(child: ChildProcess): Promise<string> {
  const happened = (event: string): Promise<unknown> => new Promise((resolve) => child.once(event, resolve))
  const saidAll = Promise.all([happened('close'), child.connected ? happened('disconnect') : null])
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  // A program that the child has started, and that outlives it, may keep its output open.
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LAST_WORDS_WITHIN)
  })
  await Promise.race([saidAll, late])
  clearTimeout(timer)
  return how
}

/** Children that run. One that a loop keeps busy does not see its parent go, so it is killed when this process exits. */
const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Of what the system tells alone. The harness sends SIGKILL too, but then knows why. */
const endedBy = (how: string): Ended =>
  how === 'SIGKILL'
    ? { how: 'exit', what: 'was killed from outside (SIGKILL)', cause: 'did the machine run out of memory?' }
    : { how: 'exit', what: `ended its process (${how})`, cause: null }

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

class ChildHost implements Omit<ProcessHost, 'adapter'> {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #emit: Emit
  readonly #ended: Promise<void>
  readonly #waiting = new Map<number, Waiting>()
  #about: Pick<NodeConfig, 'node' | 'epoch'>
  #redact: (text: string) => string
  #loading: { readonly resolve: (adapter: AdapterFacts) => void; readonly reject: (error: Error) => void } | null = null
  readonly #pinging: NodeJS.Timeout
  readonly #called: string
  readonly #module: string
  readonly #bounds: HostBounds
  readonly #outputs: Output[] = []
  /** When the first ping was sent that has no answer yet, and what processor time the child had used by then, ms. */
  #unanswered: { readonly since: number; readonly used: number | null } | null = null
  /** How the adapter ended its process, if known. */
  #cause: Ended | null = null
  #expected = false
  #gone = false
  #sent = 0

  constructor(options: ProcessHostOptions) {
    this.#emit = options.onEvent
    this.#module = placeOf(options.module)
    this.#called = `${options.adapter ?? 'the adapter'} (${this.#module})`
    this.#bounds = options.bounds ?? HOST_BOUNDS
    this.#about = options
    this.#redact = createRedactor(options.canaries)
    this.#child = forkEntry(options.module, options.env ?? {}, this.#bounds.heap)
    this.pid = this.#child.pid ?? 0
    children.add(this.#child)
    this.#child.on('message', (message) => this.#heard(message as FromChild))
    const release = holdProcess(`host of node ${options.node}`, [this.#child.pid])
    this.#ended = ended(this.#child).then((how) => {
      release()
      this.#end(how)
    })
    this.#pinging = setInterval(() => this.#ping(), this.#bounds.ping).unref()
    for (const stream of ['stdout', 'stderr'] as const) {
      const readable = this.#child[stream]
      if (readable === null) continue
      const output = createOutput(
        (text) => this.#said(stream, text),
        (dropped) =>
          this.#emitText({ type: 'logged', stream, text: droppedText(this.#called, stream, dropped), dropped }),
      )
      this.#outputs.push(output)
      readable.on('data', output.write).on('end', output.end)
    }
  }

  /** One that waits at its top level is refused by the child itself, and one that loops is ended. */
  async load(module: string): Promise<AdapterFacts> {
    try {
      return await new Promise<AdapterFacts>((resolve, reject) => {
        this.#loading = { resolve, reject }
        this.#tell({ type: 'load', module })
      })
    } finally {
      this.#loading = null
    }
  }

  running(): boolean {
    return !this.#gone
  }

  async send(command: Command): Promise<void> {
    if (command.do === 'open') {
      if (this.#about.epoch !== command.config.epoch) for (const output of this.#outputs) output.begin()
      this.#about = command.config
      this.#redact = createRedactor(command.config.canaries)
    }
    if (this.#gone) return
    await new Promise<void>((resolve, reject) => {
      const id = this.#sent++
      this.#waiting.set(id, { resolve, reject })
      this.#tell({ type: 'command', id, command })
    })
    if (endsRun(command)) for (const output of this.#outputs) output.end()
  }

  async kill(): Promise<void> {
    this.#expected = true
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#expected = true
    // Disconnecting from this side would keep Node from ever telling that the child's output is closed.
    this.#tell({ type: 'end' })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_WITHIN)
    await this.#ended
    clearTimeout(timer)
  }

  #tell(message: ToChild): void {
    // If the child ends meanwhile, its end is reported.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #heard(message: FromChild): void {
    if (message.type === 'pong') this.#unanswered = null
    else if (message.type === 'event') this.#emit(message.event)
    else if (message.type === 'ready') this.#loading?.resolve(message.adapter)
    else if (message.type === 'failed')
      this.#loading?.reject(message.isMisuse ? new UsageError(message.message) : new SiteError(message.message))
    else if (message.type === 'done') this.#settle(message.id, (waiting) => waiting.resolve())
    else if (message.type === 'broke') {
      const error = message.isMisuse
        ? new UsageError(message.message)
        : new SiteError(`The adapter's host failed: ${message.message}`)
      this.#settle(message.id, (waiting) => waiting.reject(error))
    } else if (message.type === 'stalled') {
      const { node: owner, epoch } = this.#about
      const waited = message.waited === undefined ? {} : { waited: message.waited }
      this.#emit({ type: 'stall', at: since(epoch, message.to), owner, from: since(epoch, message.from), ...waited })
    } else if (message.type === 'crashed') {
      this.#emitText({ type: 'crashed', how: message.how, message: message.message }, message.at, message.texts)
    } else this.#emitText({ type: 'logged', stream: 'warning', text: message.text }, message.at, message.texts)
  }

  /** A loop without an end answers nothing, and only SIGKILL ends it: that end is then on record as the adapter's. */
  #ping(): void {
    const { busy } = this.#bounds
    // The thread that runs the adapter is the first of its process.
    const used = threadTime(this.pid, this.pid)
    if (this.#unanswered !== null) {
      const still = monotonic() - this.#unanswered.since
      const worked = used === null || this.#unanswered.used === null ? still : used - this.#unanswered.used
      if (worked >= busy || still >= busy * STILL) {
        const span = worked >= busy ? `busy for ${busy / 1_000} s` : `to itself for ${(busy * STILL) / 1_000} s`
        this.#cause = { how: 'hang', what: `kept its process ${span}`, cause: 'is there an infinite loop?' }
        this.#child.kill('SIGKILL')
      }
    }
    this.#unanswered ??= { since: monotonic(), used }
    this.#tell({ type: 'ping' })
  }

  #said(stream: 'stdout' | 'stderr', text: string): void {
    // What Node says before it ends a process whose heap is full.
    if (stream === 'stderr' && text.startsWith('FATAL ERROR:') && text.includes('heap out of memory'))
      this.#cause ??= { how: 'out-of-memory', what: `used more than ${this.#bounds.heap} MiB of memory`, cause: null }
    this.#emitText({ type: 'logged', stream, text })
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting !== undefined) how(waiting)
  }

  /** The child has ended. What it was still asked for is settled: its end is on record, and says more than an error. */
  #end(how: string): void {
    this.#gone = true
    clearInterval(this.#pinging)
    children.delete(this.#child)
    const end = this.#cause ?? endedBy(how)
    if (this.#loading !== null)
      this.#loading.reject(
        new UsageError(endSentence(`the adapter module ${this.#module}`, end, ' while it was loaded')),
      )
    else if (!this.#expected) this.#emitText({ type: 'crashed', how: end.how, message: endSentence(this.#called, end) })
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => waiting.resolve())
  }

  #emitText(
    said:
      | Pick<Extract<Event, { type: 'crashed' }>, 'type' | 'how' | 'message'>
      | Pick<Extract<Event, { type: 'logged' }>, 'type' | 'stream' | 'text' | 'dropped'>,
    at?: number,
    texts: readonly string[] = [],
  ): void {
    const leaked = leakedIn(texts, this.#redact)
    const found = leaked.length === 0 ? {} : { leaked }
    const stamp = { at: since(this.#about.epoch, at), node: this.#about.node, ...found }
    if (said.type === 'crashed') this.#emit({ ...said, ...stamp, message: this.#redact(said.message) })
    else this.#emit({ ...said, ...stamp, text: this.#redact(said.text) })
  }
}
