import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startCluster } from '../systems/kafka/cluster.ts'
import { CoordinatorLost, createCoordinator } from '../systems/kafka/coordinator.ts'
import { findKafka } from '../systems/kafka/find.ts'
import { nativeNodes } from '../systems/kafka/native.ts'
import { deleteGroups } from '../systems/kafka/protocol/group-apis.ts'
import { START } from './kafka.case.ts'
import { requires } from './require.ts'

const found = await findKafka()

requires('kafka', 'missing' in found ? found.missing : null)('the coordinator of groups', () => {
  it(
    'works after a restart, and does not once it has lost what was committed',
    async () => {
      if ('missing' in found) throw new Error(found.missing)
      const folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-coordinator-'))
      try {
        await using cluster = await startCluster({
          count: 1,
          advertise: undefined,
          make: nativeNodes(found.installed, folder),
        })
        const [server] = cluster.nodes
        const connection = await cluster.client.coordinator('any')
        const coordinator = createCoordinator(cluster.client, 1_000)
        await coordinator.untilWorking()
        await coordinator.remember()
        await server?.restart()
        await coordinator.untilWorking()

        const deleted = await connection.request(deleteGroups, { groups: ['busproof-kept'] }, 5_000)
        expect(deleted.groups).toMatchObject([{ error: 0 }])
        await expect(coordinator.untilWorking()).rejects.toThrow(CoordinatorLost)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    3 * START,
  )
})
