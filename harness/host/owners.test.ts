import { connect, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { createProcessOwners, ofMore, placeOf } from './owners.ts'

const config = (port: number) => ({ addresses: { consume: [{ host: '127.0.0.1', port }] } })

it('tells which link a socket leads to, and the event of a listener, of what came since', async () => {
  const owners = createProcessOwners()
  const early = (): void => {}
  process.on('SIGUSR2', early)
  owners.mark()
  const late = (): number => 42
  process.on('SIGUSR2', late)
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  const found = owners.found(config(port))
  expect(found['process listeners']).toEqual([expect.stringMatching(/^of SIGUSR2: .*42/)])
  expect(found.sockets).toContain('to the consume link')
  expect(owners.found(config(1)).sockets).toContain(`to 127.0.0.1:${port}`)
  process.off('SIGUSR2', early)
  process.off('SIGUSR2', late)
  socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

it('names a place by its folder and file, past the frames of Node and of the harness', () => {
  const stack = [
    'Error: set',
    '    at setTimeout (/somewhere/harness/site/simulated/patch.ts:1:2)',
    '    at new Promise (node:internal/promises:1:2)',
    '    at beat (file:///somewhere/adapters/mine/index.ts:7:3)',
    '    at run (/somewhere/adapters/other/index.ts:8:4)',
  ].join('\n')
  expect(placeOf(Object.assign(new Error('set'), { stack }))).toBe('set at beat (mine/index.ts:7:3)')
  expect(placeOf(Object.assign(new Error('set'), { stack: '' }))).toBe('set at an unknown place')
})

it('keeps only the kinds with more resources than before', () => {
  const owners = { timers: ['set at a'], sockets: ['to b'], members: [] }
  expect(ofMore(owners, { timers: 2, sockets: 1, members: 1 }, { timers: 1, sockets: 1 })).toEqual({
    timers: ['set at a'],
  })
})
