import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { MalformedBytes } from './bytes.ts'
import { type Connection, createConnection } from './connection.ts'
import { NoAnswer } from './errors.ts'
import { listGroups } from './group-apis.ts'

const LONG = 10_000
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** An answer that names one group, after the number of its question. */
function framed(correlation: number, group: string): Buffer {
  const head = Buffer.alloc(18)
  head.writeInt32BE(head.length - 4 + 2 + group.length + 2, 0)
  head.writeInt32BE(correlation, 4)
  head.writeInt32BE(1, 14) // One group; before it, no throttling and no error.
  return Buffer.concat([head, Buffer.from([0, group.length]), Buffer.from(group), Buffer.from([0, 0])])
}

/** A node that hands each question's number to `reply`. */
async function node(reply: (socket: Socket, correlation: number, connections: number) => void): Promise<Connection> {
  let connections = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        const length = 4 + bytes.readInt32BE(0)
        reply(socket, bytes.readInt32BE(8), connections)
        bytes = bytes.subarray(length)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const connection = createConnection({ host: '127.0.0.1', port })
  open.push(connection, { close: () => [server.close(), ...[...sockets].map((socket) => socket.destroy())] })
  return connection
}

const groupsOf = async (connection: Connection, within = LONG): Promise<readonly string[]> =>
  (await connection.request(listGroups, {}, within)).groups.map(({ group }) => group)

describe('a connection to a node', () => {
  it('puts together an answer that comes byte by byte', async () => {
    const connection = await node(async (socket, number) => {
      for (const byte of framed(number, 'g')) {
        socket.write(Buffer.from([byte]))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    expect(await groupsOf(connection)).toEqual(['g'])
  })

  it('tells answers apart that come together and in another order', async () => {
    const numbers: number[] = []
    const connection = await node((socket, number) => {
      numbers.push(number)
      const [first, second] = numbers
      if (first !== undefined && second !== undefined) {
        socket.write(Buffer.concat([framed(second, 'second'), framed(first, 'first')]))
      }
    })
    const answers = await Promise.all([groupsOf(connection), groupsOf(connection)])
    expect(answers).toEqual([['first'], ['second']])
  })

  it('gives up a node that does not answer, does not wait for it again at once, and connects anew later', async () => {
    const connection = await node((socket, number, connections) => {
      if (connections > 1) socket.write(framed(number, 'again'))
    })
    await expect(groupsOf(connection, 50)).rejects.toThrow(/did not answer ListGroups within 50 ms/)
    await expect(groupsOf(connection)).rejects.toThrow(/did not answer a moment ago/)
    let groups: readonly string[] = []
    while (groups.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      groups = await groupsOf(connection).catch(() => [])
    }
    expect(groups).toEqual(['again'])
  })

  it('rejects what was waiting when the node goes, and connects anew', async () => {
    const connection = await node((socket, number, connections) => {
      if (connections === 1) socket.destroy()
      else socket.write(framed(number, 'back'))
    })
    const lost = await Promise.allSettled([groupsOf(connection), groupsOf(connection)])
    expect(lost.map((result) => result.status === 'rejected' && result.reason instanceof NoAnswer)).toEqual([
      true,
      true,
    ])
    expect(await groupsOf(connection)).toEqual(['back'])
  })

  it('rejects if nothing listens', async () => {
    const connection = createConnection({ host: '127.0.0.1', port: 1 })
    await expect(groupsOf(connection)).rejects.toThrow(NoAnswer)
    connection.close()
  })

  it('rejects everything once it is closed', async () => {
    const connection = await node(() => {})
    const waiting = groupsOf(connection)
    connection.close()
    await expect(waiting).rejects.toThrow(NoAnswer)
    await expect(groupsOf(connection)).rejects.toThrow(NoAnswer)
  })

  it('calls nonsense what it is', async () => {
    const connection = await node((socket) => void socket.write('HTTP/1.1 400 Bad Request'))
    await expect(groupsOf(connection)).rejects.toThrow(MalformedBytes)
    const cut = await node((socket, number) => {
      const frame = framed(number, 'g')
      frame.writeInt32BE(frame.length - 6, 0)
      socket.write(frame.subarray(0, -2))
    })
    await expect(groupsOf(cut)).rejects.toThrow(MalformedBytes)
  })
})
