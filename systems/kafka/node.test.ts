import { expect, it } from 'vitest'
import { PassingError } from '../../harness/errors.ts'
import { CoordinatorLost } from './coordinator.ts'
import { type NodeProcess, nodeOver } from './node.ts'

/** A process that only counts, and a broker that serves after so many starts. */
function brokerThat(fails: readonly Error[]) {
  const done: string[] = []
  const left = [...fails]
  const own: NodeProcess = {
    start: async () => void done.push('start'),
    running: async () => true,
    said: async () => '',
    pause: async () => true,
    resume: async () => true,
    kill: async () => void done.push('kill'),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const node = nodeOver('kafka-0', own, async () => {
    const failure = left.shift()
    if (failure !== undefined) throw failure
  })
  return { node, done }
}

const lost = () => new CoordinatorLost('groups do not work')

it('starts again when groups do not work after a restart', async () => {
  const { node, done } = brokerThat([lost(), lost()])
  await node.restart()
  expect(done).toEqual(['kill', 'start', 'kill', 'start', 'kill', 'start'])
})

it('gives up after three starts', async () => {
  const { node, done } = brokerThat([lost(), lost(), lost()])
  await expect(node.restart()).rejects.toThrow(CoordinatorLost)
  expect(done).toHaveLength(6)
})

it('starts once when it fails for another reason', async () => {
  const { node, done } = brokerThat([new PassingError('it does not serve')])
  await expect(node.restart()).rejects.toThrow('it does not serve')
  expect(done).toEqual(['kill', 'start'])
})
