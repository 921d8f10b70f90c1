import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { LOOPBACK } from '../../harness/process/loopback.ts'
import type { Endpoint } from '../../harness/system-contract.ts'
import { requires } from '../../test/require.ts'
import { type Between, canBeCut, linkNodes } from './between.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** Gives back what it gets, and keeps it; says something unasked when it is told to. */
async function echo(): Promise<Endpoint & { readonly got: string[]; say(text: string): void }> {
  const got: string[] = []
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => got.push(chunk.toString()))
    socket.pipe(socket)
  })
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  open.push({ close: () => server.close() })
  const say = (text: string): void => {
    for (const socket of sockets) socket.write(text)
  }
  return { host: LOOPBACK, port: (server.address() as AddressInfo).port, got, say }
}

/** How broker `from` reaches broker `to`: by its name, in its hosts file. */
async function reach(between: Between, from: number, to: number, { port }: Endpoint): Promise<Socket> {
  const line = between
    .hosts(from)
    .split('\n')
    .find((text) => text.endsWith(` ${between.name(to)}`))
  const socket = connect({ host: line?.split(' ')[0] ?? '', port })
  socket.on('error', () => undefined)
  open.push({ close: () => socket.destroy() })
  await once(socket, 'connect')
  return socket
}
async function answers(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

requires('linux', canBeCut(2) ? null : 'only Linux has all of 127.0.0.0/8.')('links between brokers', () => {
  test('connect each broker to every other, and to itself directly', async () => {
    const endpoints = [await echo(), await echo(), await echo()] as const
    await using between = await linkNodes(endpoints.map((endpoint) => [endpoint]))
    for (const [from] of endpoints.entries()) {
      for (const [to, endpoint] of endpoints.entries()) {
        expect(await answers(await reach(between, from, to, endpoint), `${from} to ${to}`)).toBe(`${from} to ${to}`)
      }
      expect(between.hosts(from)).toContain(`${LOOPBACK} ${between.name(from)}\n`)
    }
  })

  test('let nothing through to or from an isolated broker, and count the bytes', async () => {
    const endpoints = [await echo(), await echo(), await echo()] as const
    await using between = await linkNodes(endpoints.map((endpoint) => [endpoint]))
    const [to, from, aside] = [
      await reach(between, 0, 1, endpoints[1]),
      await reach(between, 1, 0, endpoints[0]),
      await reach(between, 0, 2, endpoints[2]),
    ]
    const cut = await between.cut(1)
    const late: string[] = []
    for (const socket of [to, from]) {
      socket.on('data', (chunk: Buffer) => late.push(chunk.toString()))
      socket.write('12345')
    }
    endpoints[1].say('678')
    endpoints[0].say('678')
    expect(await answers(aside, 'aside')).toBe('aside')
    const broken = Promise.all([to, from].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
    // What was sent before has long arrived by then.
    for (let time = 0; time < 20; time++) await answers(aside, 'again')
    expect(await cut.heal()).toBe(16)
    // A stream with a hole in it must not go on.
    await broken
    expect(late).toEqual([])
    expect([endpoints[1].got, endpoints[0].got]).toEqual([[], []])
    expect(await answers(await reach(between, 0, 1, endpoints[1]), 'back')).toBe('back')
  })
})

test('a single broker cannot be isolated', () => {
  expect(canBeCut(1)).toBe(false)
})
