import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { Role } from '../harness/adapter.ts'
import type { Endpoint } from '../harness/system-contract.ts'
import kafka from '../systems/kafka/index.ts'
import { clientAt, eventually, nodeOf, processesOf, START } from './kafka.case.ts'
import { requires } from './require.ts'

const missing = await kafka.missing()

requires('kafka', missing)('the system kafka, three brokers', () => {
  it(
    'moves leaders when a node is gone, and loses nothing that was acknowledged',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-'))
      const endpoints: Endpoint[] = []
      const advertise = async (role: Role, node: number, target: Endpoint): Promise<Endpoint> => {
        if (role === 'publish') endpoints[node] = target
        return target
      }
      const system = await kafka.start({ folder, servers: 3, advertise })
      // Each time a client that knows of nothing yet: what an older one still believes is not the system's matter.
      const send = async (value: string, gone: number | null = null): Promise<void> => {
        const writer = clientAt(...endpoints.filter((_, node) => node !== gone)).producer()
        await writer.connect()
        await writer.send({ topic: 'run-1-t', messages: [0, 1, 2].map((partition) => ({ partition, value })) })
        await writer.disconnect()
      }
      try {
        const run = await system.prepare({
          prefix: 'run-1-',
          topics: [{ name: 'run-1-t', partitions: 3, deadLetter: null }],
          witness: {},
        })
        // Once each, though a client that is not answered in time sends again.
        const kept = async (): Promise<readonly string[]> => {
          const stored = (await run.witness?.stored?.()) ?? []
          return [...new Set(stored.map(({ position, value }) => `${position.partition} ${Buffer.from(value ?? [])}`))]
        }
        const onEach = (...values: readonly string[]) =>
          [0, 1, 2].flatMap((at) => values.map((value) => `${at} ${value}`))
        const leader = async (partition: number): Promise<number> => (await system.leader?.('run-1-t', partition)) ?? -1
        await send('before')
        const first = await leader(0)
        await nodeOf(system, first).kill()
        await eventually(async () => (await leader(0)) !== first)
        expect([0, 1, 2].filter((node) => node !== first)).toContain(await leader(0))
        await send('after', first)
        expect(await kept()).toEqual(onEach('before', 'after'))
        await nodeOf(system, first).restart()

        // Another node freezes; what it led is led by others, and it learns of that when it goes on.
        const second = await leader(1)
        await nodeOf(system, second).pause()
        await eventually(async () => (await leader(1)) !== second)
        await send('at last', second)
        await nodeOf(system, second).resume()
        expect(await kept()).toEqual(onEach('before', 'after', 'at last'))
        await run[Symbol.asyncDispose]()
      } finally {
        await system[Symbol.asyncDispose]()
      }
      expect(processesOf(folder)).toEqual([])
      await rm(folder, { recursive: true })
    },
    START,
  )
})

requires('kafka', missing)('the system kafka, without its harness', () => {
  it(
    'ends when the harness is killed, even while it is paused, and starts again in the same folder',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'busproof-kafka-'))
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
      const script = fileURLToPath(new URL('fixtures/hold-kafka.ts', import.meta.url))
      const harness = spawn(process.execPath, ['--import', tsx, script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(harness.stdout, 'data')
      expect(processesOf(folder)).not.toEqual([])
      harness.kill('SIGKILL')
      await eventually(() => processesOf(folder).length === 0)
      const again = await kafka.start({ folder })
      await again[Symbol.asyncDispose]()
      expect(processesOf(folder)).toEqual([])
      await rm(folder, { recursive: true })
    },
    START,
  )
})
