/** The child's side of a process host: loads the adapter, drives it, and reports events to the parent. */
import { Writable } from 'node:stream'
import type { Role, Wire } from '../adapter.ts'
import { messageOf, UsageError } from '../errors.ts'
import { textsOf } from '../history/seen-error.ts'
import { factsOf, loadAdapter, placeOf } from '../load/adapter.ts'
import { createCensus } from './census.ts'
import { monotonic } from './clock.ts'
import { dialTcp, noNetwork } from './dial.ts'
import { createDriver, type Driver } from './driver.ts'
import { endsRun, type NodeConfig } from './host.ts'
import { createProcessOwners } from './owners.ts'
import type { FromChild, ToChild } from './protocol.ts'
import { processorTime, waitingTime, watchStalls } from './stalls.ts'

const tell = (message: FromChild): void => {
  if (process.connected) process.send?.(message)
}

/** Everything of an error that a reader needs; the parent takes secrets out of it. */
const describe = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)

/** A fault must not end the application: the incident is recorded, and the process continues. */
function watchForCrashes(): void {
  process.on('unhandledRejection', (reason) => {
    tell({
      type: 'crashed',
      at: monotonic(),
      how: 'unhandled-rejection',
      message: describe(reason),
      texts: textsOf(reason),
    })
  })
  process.on('uncaughtException', (error) => {
    tell({
      type: 'crashed',
      at: monotonic(),
      how: 'uncaught-exception',
      message: describe(error),
      texts: textsOf(error),
    })
  })
  process.on('warning', (warning) => {
    tell({ type: 'warned', at: monotonic(), text: `${warning.name}: ${warning.message}`, texts: textsOf(warning) })
  })
}

function dial(role: Role, config: NodeConfig): Promise<Wire> {
  const address = config.addresses[role]?.[0]
  if (address === undefined) return Promise.reject(noNetwork(role))
  return dialTcp(address)
}

async function load(module: string, census: ReturnType<typeof createCensus>): Promise<Driver | null> {
  try {
    const adapter = await loadAdapter(module)
    const emit: Parameters<typeof createDriver>[0]['emit'] = (event) => tell({ type: 'event', event })
    const owners = createProcessOwners()
    const driver = createDriver({
      adapter,
      where: placeOf(module),
      emit,
      now: monotonic,
      dial,
      census,
      owners,
      warmUp: true,
    })
    watchStalls({ now: monotonic, busy: processorTime, waited: waitingTime }, (stall) =>
      tell({ type: 'stalled', ...stall }),
    )
    tell({ type: 'ready', adapter: factsOf(adapter) })
    return driver
  } catch (error) {
    tell({ type: 'failed', isMisuse: error instanceof UsageError, message: messageOf(error) })
    return null
  }
}

/** Resolves when the adapter's output has reached the parent, which reports how much of it was dropped. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (!stream.writable || stream.writableLength === 0) resolve()
    // The adapter may have put something of its own in place of `write`.
    else Writable.prototype.write.call(stream, '', 'utf8', () => resolve())
  })

async function carryOut(driver: Driver | null, message: Extract<ToChild, { type: 'command' }>): Promise<void> {
  try {
    if (driver === null) throw new Error('no adapter was loaded')
    await driver.handle(message.command)
    if (endsRun(message.command)) await Promise.all([process.stdout, process.stderr].map(written))
    tell({ type: 'done', id: message.id })
  } catch (error) {
    const isMisuse = error instanceof UsageError
    tell({ type: 'broke', id: message.id, isMisuse, message: isMisuse ? error.message : describe(error) })
  }
}

function start(): void {
  // Both streams take a descriptor when they are first used; that is not to look like the adapter's doing.
  void process.stdout
  void process.stderr
  let driver: Promise<Driver | null> = Promise.resolve(null)
  watchForCrashes()
  // The parent is gone, or wants this to end.
  process.on('disconnect', () => process.exit(0))
  const listener = (message: ToChild): void => {
    if (message.type === 'end') process.disconnect()
    else if (message.type === 'ping') tell({ type: 'pong' })
    else if (message.type === 'load') driver = load(message.module, census)
    else void driver.then((loaded) => carryOut(loaded, message))
  }
  process.on('message', listener)
  const census = createCensus()
}

start()
