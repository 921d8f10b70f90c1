/** Toxiproxy's server in a container that shares this machine's loopback, for it leads to taps there. */
import { messageOf, SiteError } from '../errors.ts'
import { startContainer } from '../process/containers/container.ts'
import { type Image, imageName, missingImage } from '../process/containers/image.ts'
import { freePort } from '../process/loopback.ts'
import { invocation, serverOver, type ToxiproxyServer } from './toxiproxy.ts'

const IMAGE: Image = { setting: 'BUSPROOF_IMAGE_TOXIPROXY', standard: 'ghcr.io/shopify/toxiproxy:2.12.0' }

export const missingToxiproxyImage = (): Promise<string | null> => missingImage(IMAGE)

/** Rejects with {@link SiteError} when it cannot be started, or does not answer on loopback. */
export async function startToxiproxyContainer(): Promise<ToxiproxyServer> {
  const port = await freePort()
  const image = imageName(IMAGE)
  const [command, { env }] = invocation(port)
  const container = await startContainer({ name: 'toxiproxy', image, command, env, onHost: true })
  try {
    const stop = async (): Promise<void> => await container[Symbol.asyncDispose]()
    const server = await serverOver(port, { running: container.running, said: container.said, stop })
    return { ...server, version: `${server.version} in ${image}` }
  } catch (error) {
    const message = messageOf(error)
    throw new SiteError(
      `Toxiproxy's container does not answer on this machine's loopback: containers must be able to share it (on Linux, or ` +
        `with Docker Desktop's host networking), or name a server of this machine in BUSPROOF_TOXIPROXY: ${message}`,
      { cause: error },
    )
  }
}
