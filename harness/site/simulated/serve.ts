/** What a simulated worker does with the plans that it is sent. */
import type { MessagePort } from 'node:worker_threads'
import { messageOf, UsageError } from '../../errors.ts'
import type { Event } from '../../events/kinds.ts'
import type { OutageKind } from '../../faults.ts'
import type { RunHeader } from '../../history/header.ts'
import { createRedactor } from '../../history/redact.ts'
import { leakedIn, type Redact, textsOf } from '../../history/seen-error.ts'
import { createOutput, droppedText, type Output } from '../../host/output.ts'
import type { Lacks } from '../../lacks.ts'
import { type AdapterFacts, factsOf, loadAdapter, placeOf } from '../../load/adapter.ts'
import { loadTypeScript } from '../../load/module.ts'
import { checkPromises } from '../../load/promises.ts'
import { NotSimulatedError, requireSimulatedSystem } from '../../load/system.ts'
import { PACKAGE_ROOT } from '../../own-package.ts'
import type { Plan } from '../../plan/plan.ts'
import { cutOutcome } from '../../run/cut.ts'
import { type RunOutcome, spoiltRun } from '../../run/outcome.ts'
import { runPlan } from '../../run/run.ts'
import type { SimulatedSystem } from '../../system-contract.ts'
import { outageKindsOf } from '../outages.ts'
import { CirclesError, drive } from './drive.ts'
import { simulatedEnvironment, witnessWithout } from './environment.ts'
import { loadingSettled, outsideWork } from './outside.ts'
import type { VirtualTime } from './patch.ts'
import { createTurns } from './turns.ts'

export interface WorkerData {
  readonly module: string
  /** Counts the turns of this thread's event loop, for who watches it from outside. */
  readonly turns: Int32Array<SharedArrayBuffer>
}
export interface RunRequest {
  readonly id: number
  readonly plan: Plan
  readonly keepHistory: boolean
  /** Whether every entry of the history is sent at once, because the thread may never reach its end. */
  readonly tells: boolean
}
export type WorkerMessage =
  /** Sent first: the operating system's number of this thread; null if unknown. */
  | { readonly type: 'thread'; readonly thread: number | null }
  | {
      readonly type: 'ready'
      readonly adapter: AdapterFacts
      readonly outages: readonly OutageKind[]
      readonly lacks: Lacks
    }
  | { readonly type: 'failed'; readonly why: 'usage' | 'not simulated' | 'site'; readonly message: string }
  /** The adapter gave something of the wrong shape. */
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  | { readonly type: 'entry'; readonly id: number; readonly entry: RunHeader | Event }
  | { readonly type: 'outcome'; readonly id: number; readonly outcome: RunOutcome }

export async function serve(time: VirtualTime, port: MessagePort, data: WorkerData): Promise<void> {
  const post = (message: WorkerMessage): void => port.postMessage(message)
  try {
    if (!data.module.startsWith(PACKAGE_ROOT.href)) loadTypeScript()
    const adapter = await loadAdapter(data.module)
    const { system, name, lacks } = await requireSimulatedSystem(adapter.system, adapter.witness)
    checkPromises(adapter, name, lacks)
    const outside = outsideWork()
    let record: ((incident: Incident, texts: readonly string[]) => void) | null = null
    const outputs = captureProcess(`${adapter.name} (${placeOf(data.module)})`, (incident, texts = []) =>
      record?.(incident, texts),
    )
    await loadingSettled(time.real)
    const facts = { ...factsOf(adapter), system: name }
    post({ type: 'ready', adapter: facts, outages: outagesOf(system, lacks), lacks })
    port.on('message', async ({ id, plan, keepHistory, tells }: RunRequest) => {
      time.clock.reset(createTurns(plan.seed))
      // A failure is run again before it is reported, and its history is kept.
      time.clock.isTracing = keepHistory
      outside.forget()
      const where = placeOf(data.module)
      const environment = simulatedEnvironment({ time, adapter, where, system, lacks })
      const events: Event[] = []
      let header: RunHeader | null = null
      for (const output of outputs) output.begin()
      const run = runPlan({
        adapter: facts,
        lacks,
        plan,
        site: 'simulated',
        witness: witnessWithout(lacks),
        prefix: 'sim-',
        keepHistory,
        events,
        ...(tells ? { write: (entry) => post({ type: 'entry', id, entry }) } : {}),
        prepare: async (context) => {
          header = context.header
          const prepared = await environment(context)
          const redact = createRedactor(prepared.config.canaries)
          record = (incident, texts) => {
            const at = Math.round(time.clock.now * 1000) / 1000
            context.record({ ...redacted(incident, texts, redact), at, node: 'all nodes' })
          }
          const readWitness = (): Promise<void> => {
            for (const output of outputs) output.end()
            return prepared.readWitness()
          }
          return { ...prepared, readWitness }
        },
      })
      const beat = (): void => void Atomics.add(data.turns, 0, 1)
      const ended = await drive(time, run, beat).catch((error: unknown) => {
        if (error instanceof UsageError) return error
        return error instanceof CirclesError && header !== null
          ? circling(header, events, `${adapter.name} (${where})`, error)
          : spoiltRun(plan, messageOf(error))
      })
      record = null
      const strange = outside.seen()
      if (ended instanceof UsageError) post({ type: 'refused', id, message: ended.message })
      else post({ type: 'outcome', id, outcome: strange === null ? ended : spoiltRun(plan, strange) })
    })
  } catch (error) {
    const isMisuse = error instanceof UsageError
    const why = error instanceof NotSimulatedError ? 'not simulated' : isMisuse ? 'usage' : 'site'
    post({ type: 'failed', why, message: messageOf(error) })
  }
}

function circling(
  header: RunHeader,
  events: readonly Event[],
  adapter: string,
  { message: what }: CirclesError,
): RunOutcome {
  const cause = 'does one timer set the next without an end?'
  return cutOutcome(header, events, adapter, { how: 'hang', what, cause })
}

/** The outages that its servers support, which only a started system knows, and the clock step of this site. */
function outagesOf(system: SimulatedSystem, lacks: Lacks): readonly OutageKind[] {
  if (lacks.network !== undefined) return []
  const running = system.start({ topics: [], random: () => 0, witness: () => undefined, secret: '' })
  const kinds = outageKindsOf(running)
  running.stop()
  return [...kinds, 'clock-step']
}

type Incident =
  | { type: 'crashed'; how: 'unhandled-rejection' | 'uncaught-exception' | 'exit'; message: string }
  | { type: 'logged'; stream: 'stdout' | 'stderr' | 'warning'; text: string; dropped?: number }

/** `texts`: whatever else stood in what was thrown or warned of. */
function redacted(incident: Incident, texts: readonly string[], redact: Redact): Incident {
  const leaked = leakedIn(texts, redact)
  const found = leaked.length === 0 ? {} : { leaked }
  return incident.type === 'crashed'
    ? { ...incident, ...found, message: redact(incident.message) }
    : { ...incident, ...found, text: redact(incident.text) }
}

/** Unhandled failures and everything that is logged belong to the history, and to no terminal. */
function captureProcess(
  called: string,
  report: (incident: Incident, texts?: readonly string[]) => void,
): readonly Output[] {
  process.on('unhandledRejection', (reason) =>
    report({ type: 'crashed', how: 'unhandled-rejection', message: messageOf(reason) }, textsOf(reason)),
  )
  process.on('uncaughtException', (error) =>
    report({ type: 'crashed', how: 'uncaught-exception', message: messageOf(error) }, textsOf(error)),
  )
  // An adapter that ends the process would take the harness's thread with it.
  process.exit = (code) => {
    report({ type: 'crashed', how: 'exit', message: `process.exit(${code ?? ''})` })
    throw new Error('process.exit was called')
  }
  process.on('warning', (warning) =>
    report({ type: 'logged', stream: 'warning', text: warning.message }, textsOf(warning)),
  )
  return (['stdout', 'stderr'] as const).map((stream) => {
    const output = createOutput(
      (text) => report({ type: 'logged', stream, text }),
      (dropped) => report({ type: 'logged', stream, text: droppedText(called, stream, dropped), dropped }),
    )
    process[stream].write = (chunk: string | Uint8Array): boolean => {
      output.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      // What one piece of work writes without a line break is one text, at its own time.
      queueMicrotask(output.flush)
      return true
    }
    return output
  })
}
