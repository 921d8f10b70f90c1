import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FrameSocket, wholeFrames } from './frames.ts'

const frame = (text: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}

const open: { destroy(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.destroy()
})

/** What is read of a connection on which these pieces are sent, each by itself, and which then ends. */
async function readAfter(pieces: readonly Buffer[]): Promise<string[]> {
  const server = createServer(async (socket: Socket) => {
    socket.setNoDelay(true)
    for (const piece of pieces) {
      await new Promise<void>((resolve) => socket.write(piece, () => resolve()))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = new FrameSocket()
  open.push(socket, { destroy: () => server.close() })
  const read: Buffer[] = []
  socket.on('data', (chunk: Buffer) => read.push(chunk))
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'end')
  const bytes = Buffer.concat(read)
  expect(wholeFrames(bytes)).toBe(bytes.length)
  return read.map((chunk) => chunk.toString('latin1'))
}

test('frames come through whatever the pieces in which they were sent', async () => {
  const sent = Buffer.concat([frame('one'), frame(''), frame('three')])
  const bytes = [...sent].map((byte) => Buffer.from([byte]))
  expect((await readAfter([sent])).join('')).toBe(sent.toString('latin1'))
  expect((await readAfter(bytes)).join('')).toBe(sent.toString('latin1'))
})

test('what was begun and not ended is never seen', async () => {
  const cut = Buffer.concat([frame('whole'), frame('cut off').subarray(0, 6)])
  expect((await readAfter([cut])).join('')).toBe(frame('whole').toString('latin1'))
  expect(await readAfter([frame('cut off').subarray(0, 3)])).toEqual([])
})
