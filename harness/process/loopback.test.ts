import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ClaimedPort, claimPort, closed, freePort, listenAnywhere, listenOn } from './loopback.ts'

/** Makes the next port that is looked for begin with this one. */
const findNext = (port: number): void => {
  vi.spyOn(Math, 'random').mockReturnValueOnce((port - 18_000 + 0.5) / 12_000)
}

describe('a claimed port', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('is given to no other, though nothing listens there', async () => {
    await using claim = await claimPort()
    findNext(claim.port)
    expect(await freePort()).not.toBe(claim.port)
    findNext(claim.port)
    const { server, port } = await listenAnywhere((socket) => void socket.destroy())
    await closed(server)
    expect(port).not.toBe(claim.port)
    await closed(await listenOn(claim.port, (socket) => void socket.destroy()))
  })

  test('is free once it has been disposed of', async () => {
    const claim = await claimPort()
    await claim[Symbol.asyncDispose]()
    await claim[Symbol.asyncDispose]()
    findNext(claim.port)
    await using again: ClaimedPort = await claimPort()
    expect(again.port).toBe(claim.port)
  })

  test('is none on which a program listens', async () => {
    const { server, port } = await listenAnywhere((socket) => void socket.destroy())
    findNext(port)
    await using other = await claimPort()
    expect(other.port).not.toBe(port)
    await closed(server)
    findNext(port)
    await using again = await claimPort()
    expect(again.port).toBe(port)
  })
})
