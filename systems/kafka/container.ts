/**
 * One broker in a container, as the image apache/kafka has Kafka: its jars in `/opt/kafka/libs`, Java in PATH. It is set up by
 * the same files as a native one, and its ports are the same within and on loopback.
 */

import { SiteError } from '../../harness/errors.ts'
import { type Container, startContainer } from '../../harness/process/containers/container.ts'
import { type Image, imageName, missingImage } from '../../harness/process/containers/image.ts'
import type { System } from '../../harness/system-contract.ts'
import { startCluster } from './cluster.ts'
import { JAVA, type NodeProcess, type ProcessOptions } from './node.ts'
import { runningOver } from './running.ts'
import { EVERYWHERE, LOGGING, type NodeAddresses, serverProperties } from './settings.ts'

const IMAGE: Image = { setting: 'BUSPROOF_IMAGE_KAFKA', standard: 'apache/kafka:4.1.1' }

const LIB = '/opt/kafka/libs'
const CONFIG = '/etc/busproof/server.properties'
const LOGGING_CONFIG = '/etc/busproof/log4j2.properties'
/** Where the image's own user may write. */
const DATA = '/tmp/busproof-kafka'

export const containers: System = {
  contract: 2,
  name: 'kafka',
  concurrent: false,
  sizes: [1],
  missing: () => missingImage(IMAGE),
  async start({ advertise }) {
    const made: NodeInContainer[] = []
    const cluster = await startCluster({
      count: 1,
      advertise,
      make: async (options) => {
        const node = nodeInContainer(options)
        made.push(node)
        return node
      },
    })
    try {
      return runningOver(cluster, `Apache Kafka ${await versionOf(made)} in ${imageName(IMAGE)}`)
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  },
}

interface NodeInContainer extends NodeProcess {
  container(): Container | null
}

/** The first start makes the container, because one that is made runs at once. */
function nodeInContainer(options: ProcessOptions): NodeInContainer {
  let container: Container | null = null
  return {
    container: () => container,
    async start() {
      if (container === null) container = await startNode(options)
      else await container.start()
    },
    running: async () => (await container?.running()) === true,
    said: async () => (await container?.said()) ?? '',
    pause: async () => (await container?.pause()) === true,
    resume: async () => (await container?.resume()) === true,
    async kill() {
      await container?.kill()
    },
    async [Symbol.asyncDispose]() {
      await container?.[Symbol.asyncDispose]()
      container = null
    },
  }
}

/** With Java's arguments as its own. Formats the storage where that has not been done yet. */
const NODE = `
[ -e ${DATA}/meta.properties ] || java "$@" kafka.tools.StorageTool format -t "$CLUSTER" -c ${CONFIG} || exit
exec java "$@" kafka.Kafka ${CONFIG}
`

function startNode({ id, nodes, cluster }: ProcessOptions): Promise<Container> {
  const java = [...JAVA, `-Dlog4j2.configurationFile=file://${LOGGING_CONFIG}`, '-cp', `${LIB}/*`]
  return startContainer({
    name: `kafka-${id}`,
    image: imageName(IMAGE),
    entrypoint: ['sh', '-c'],
    command: [NODE, 'sh', ...java],
    env: { CLUSTER: cluster },
    files: { [CONFIG]: serverProperties(id, nodes, DATA, EVERYWHERE), [LOGGING_CONFIG]: LOGGING },
    ports: portsOf(nodes[id]),
  })
}

const portsOf = (node: NodeAddresses | undefined): readonly { readonly within: number; readonly loopback: number }[] =>
  node === undefined
    ? []
    : [...Object.values(node.roles), node.internal].map(({ port }) => ({ within: port, loopback: port }))

async function versionOf(made: readonly NodeInContainer[]): Promise<string> {
  const files = (await made[0]?.container()?.run(['ls', LIB])) ?? ''
  const version = /^kafka_2\.1\d-(\d+\.\d+\.\d+)\.jar$/m.exec(files)?.[1]
  if (version === undefined) throw new SiteError(`the image ${imageName(IMAGE)} has no kafka_2.13-*.jar in ${LIB}`)
  return version
}
