/** One nats-server in a container, as the image nats has it: the server is its entry point, and the command is its flags. */
import { type Container, type Endpoint, type Image, imageName, startContainer } from 'busproof/system'
import { type Access, configuration, newAccess, type Server } from './server.ts'

export const IMAGE: Image = { setting: 'BUSPROOF_IMAGE_NATS', standard: 'nats:2.12.7' }

const CONFIG = '/etc/busproof/nats.conf'
/** Where the image's own user may write. */
const STORE = '/tmp/busproof-nats'

/** The container is made by the first start. */
export async function serverInContainer(): Promise<Server> {
  const access = await newAccess()
  let container: Container | null = null
  const kill = async (): Promise<void> => {
    await container?.kill()
  }
  return {
    ...access,
    async start() {
      await kill()
      if (container === null) container = await startServer(access)
      else await container.start()
    },
    running: async () => (await container?.running()) === true,
    said: async () => (await container?.said()) ?? '',
    pause: async () => (await container?.pause()) === true,
    resume: async () => (await container?.resume()) === true,
    kill,
    async [Symbol.asyncDispose]() {
      await container?.[Symbol.asyncDispose]()
      container = null
    },
  }
}

const startServer = ({ endpoint, monitor, credentials }: Access): Promise<Container> =>
  startContainer({
    name: 'nats-server',
    image: imageName(IMAGE),
    command: ['--config', CONFIG],
    files: {
      [CONFIG]: configuration({ endpoint: everywhere(endpoint), monitor: everywhere(monitor), credentials }, STORE),
    },
    ports: [endpoint, monitor].map(({ port }) => ({ within: port, loopback: port })),
  })

/** Where a container must listen to be reached from outside; the port is the same as on loopback. */
const everywhere = ({ port }: Endpoint): Endpoint => ({ host: '0.0.0.0', port })
