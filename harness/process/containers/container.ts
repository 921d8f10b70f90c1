/** Containers on loopback, started through Testcontainers, that go when they are disposed of, or with the next sweep. */
import { messageOf, SiteError } from '../../errors.ts'
import { hold } from '../leases/lease.ts'
import { LOOPBACK } from '../loopback.ts'
import { type Engine, requireEngine } from './engine.ts'

export interface ContainerOptions {
  /** For messages. */
  readonly name: string
  readonly image: string
  /** Instead of the image's own. */
  readonly entrypoint?: readonly string[]
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Texts by their absolute path within. */
  readonly files?: Readonly<Record<string, string>>
  /** Ports within, and those of loopback that lead there. */
  readonly ports?: readonly { readonly within: number; readonly loopback: number }[]
  /** It shares this machine's loopback, so its ports are this machine's; Linux only. */
  readonly onHost?: boolean
}

export interface Container extends AsyncDisposable {
  running(): Promise<boolean>
  /** The last of what it has said on its output. */
  said(): Promise<string>
  /** Runs a program within; resolves with its output. Rejects with SiteError when that fails. */
  run(command: readonly string[]): Promise<string>
  /** False when it does not run. */
  pause(): Promise<boolean>
  /** False when it is not paused. */
  resume(): Promise<boolean>
  /** Ends it at once, paused or not; its files stay. */
  kill(): Promise<void>
  /** Starts it again after {@link kill}. */
  start(): Promise<void>
}

/** On each container, with the number of the process that started it: `docker ps --filter label=busproof.harness`. */
export const HARNESS_LABEL = 'busproof.harness'

/** Of what it says, lines. */
const TAIL = 40

/** Resolves once it runs, which does not mean that it serves. Rejects with {@link SiteError} when it cannot be started. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const engine = await requireEngine()
  const { name, image } = options
  let made: Container | null = null
  try {
    await define(engine, options, (id) => {
      made = containerOver(engine, name, id)
    }).start()
  } catch (error) {
    const container: Container | null = made
    const said = container === null ? '' : await lastSaid(container)
    throw new SiteError(`the container ${name} of ${image} cannot be started: ${messageOf(error)}${said}`, {
      cause: error,
    })
  }
  if (made === null) throw new SiteError(`the container ${name} of ${image} was not created`)
  return made
}

/** What it said, for an error message; it is then removed. */
async function lastSaid(container: Container): Promise<string> {
  try {
    const said = await container.said()
    return said === '' ? '' : `\n${said}`
  } finally {
    await container[Symbol.asyncDispose]()
  }
}

function define(
  { testcontainers }: Engine,
  options: ContainerOptions,
  made: (id: string) => void,
): { start(): Promise<unknown> } {
  const { image, command, entrypoint, env = {}, files = {}, ports = [], onHost = false } = options
  class Definition extends testcontainers.GenericContainer {
    /** Testcontainers itself binds ports on every address of this machine. */
    publish(): void {
      this.createOpts.ExposedPorts = Object.fromEntries(ports.map(({ within }) => [`${within}/tcp`, {}]))
      this.hostConfig.PortBindings = Object.fromEntries(
        ports.map(({ within, loopback }) => [`${within}/tcp`, [{ HostIp: LOOPBACK, HostPort: String(loopback) }]]),
      )
    }

    protected override async containerCreated(id: string): Promise<void> {
      made(id)
    }
  }
  const definition = new Definition(image)
    .withCommand([...command])
    .withEnvironment(env)
    .withLabels({ [HARNESS_LABEL]: String(process.pid) })
    .withCopyContentToContainer(Object.entries(files).map(([target, content]) => ({ target, content })))
  definition.publish()
  if (entrypoint !== undefined) definition.withEntrypoint([...entrypoint])
  if (onHost) definition.withNetworkMode('host')
  return definition
}

function containerOver({ client, address }: Engine, name: string, id: string): Container {
  const container = client.container.getById(id)
  const release = hold({ kind: 'container', name, engine: address, id })
  const state = async (): Promise<{ readonly Running: boolean; readonly Paused: boolean }> =>
    (await container.inspect()).State
  return {
    running: async () => (await state()).Running,
    async said() {
      return plain(await container.logs({ stdout: true, stderr: true, tail: TAIL })).trim()
    },
    async run(command) {
      const { output, exitCode } = await client.container.exec(container, [...command])
      if (exitCode !== 0) throw new SiteError(`in the container ${name}, \`${command.join(' ')}\` failed: ${output}`)
      return output
    },
    async pause() {
      if (!(await state()).Running) return false
      await container.pause()
      return true
    },
    async resume() {
      if (!(await state()).Paused) return false
      await container.unpause()
      return true
    },
    async kill() {
      try {
        await container.kill()
      } catch (error) {
        if ((await state()).Running) throw error
      }
      await container.wait()
    },
    async start() {
      await container.start()
    },
    async [Symbol.asyncDispose]() {
      try {
        await container.remove({ force: true, v: true })
      } catch (error) {
        if (!isGone(error)) throw error
      }
      release()
    },
  }
}

/** Somebody else has removed it, or is about to. */
function isGone(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null
  return status === 404 || (status === 409 && messageOf(error).includes('already in progress'))
}

const FRAME_HEADER = 8

/** Output comes in frames: a byte of the stream, three of nothing, four of the length. */
function plain(output: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; at + FRAME_HEADER <= output.length; ) {
    const length = output.readUInt32BE(at + 4)
    parts.push(output.subarray(at + FRAME_HEADER, at + FRAME_HEADER + length))
    at += FRAME_HEADER + length
  }
  return Buffer.concat(parts).toString()
}
