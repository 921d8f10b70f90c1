/** The broker behind my-bus, for busproof: how to start, pause and kill it, and how to prepare one run. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  freePort,
  LOOPBACK,
  PrefixInUseError,
  type Program,
  SiteError,
  type System,
  startProgram,
} from 'busproof/system'
import { createObserver, createWitness } from './my-bus-witness.mjs'

const BROKER = fileURLToPath(new URL('./my-bus-broker.mjs', import.meta.url))

export default {
  contract: 2,
  name: 'my-bus',
  // Its process can be paused and killed, which would affect other runs too.
  concurrent: false,
  sizes: [1],
  // Leave it out once the broker can refuse a topic: `prepare` then receives one with `refused: true`.
  lacks: { refusedTopics: 'it has no permissions' },
  // One sentence if the broker is not installed: what is missing, and the command that installs it.
  missing: async () => null,
  async start({ folder }) {
    const token = randomBytes(16).toString('hex')
    const port = await freePort()
    const env = {
      BROKER_PORT: String(port),
      BROKER_TOKEN: token,
      BROKER_JOURNAL: join(folder, 'journal'),
    }
    const observer = createObserver({ port, token })
    let program: Program | null = null
    const kill = async (): Promise<void> => void (await program?.stop())
    const restart = async (): Promise<void> => {
      await kill()
      // A paused process can only be killed.
      program = await startProgram(process.execPath, [BROKER], { cwd: folder, env, end: 'SIGKILL' })
      await observer.look('')
    }
    await restart()
    return {
      version: 'my-bus 1.0.0',
      canWitness: () => true,
      endpoint: () => ({ host: LOOPBACK, port }),
      servers: [
        {
          name: 'broker',
          async pause() {
            if ((await program?.pause()) !== true)
              throw new SiteError('the broker cannot be paused: it is not running.')
          },
          async resume() {
            if (program?.resume() === true) await observer.look('')
          },
          kill,
          restart,
        },
      ],
      async prepare({ prefix, topics }) {
        const before = await observer.look(prefix)
        if (before.topics.length > 0) throw new PrefixInUseError(`topics of ${prefix} already exist`)
        for (const { name, partitions } of topics) await observer.ask({ do: 'create', topic: name, partitions })
        return {
          credentials: { token },
          witness: createWitness(observer, prefix),
          [Symbol.asyncDispose]: async () => void (await observer.ask({ do: 'remove', prefix })),
        }
      },
      [Symbol.asyncDispose]: kill,
    }
  },
} satisfies System
