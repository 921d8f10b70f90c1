import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { createCensus } from './census.ts'

it('counts what this process comes to hold, by kind, and no longer once it is let go', async () => {
  const census = createCensus()
  const before = await atRest(census)
  const grown = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(census())
        .map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const)
        .filter(([kind, count]) => count > 0 && kind !== 'socket descriptors'),
    )
  const listener = (): void => {}
  const timer = setTimeout(listener, 60_000)
  process.on('SIGUSR2', listener)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const accepted = once(server, 'connection')
  const socket = connect(port, '127.0.0.1')
  const [peer] = await accepted
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  expect(grown()).toEqual({ timers: 1, 'process listeners': 1, servers: 1, sockets: 2, 'child processes': 1 })

  clearTimeout(timer)
  process.off('SIGUSR2', listener)
  child.kill('SIGKILL')
  for (const end of [socket, peer]) end.destroy()
  await Promise.all([once(child, 'exit'), new Promise((resolve) => server.close(resolve))])
  // Handles are released some turns after the one that reports their end.
  await expect.poll(grown, { timeout: 30_000 }).toEqual({})
})

/** The test runner has timers and pipes of its own in this process: the first count that stays the same for a while. */
async function atRest(census: ReturnType<typeof createCensus>): Promise<ReturnType<typeof census>> {
  for (let before = census(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const now = census()
    if (JSON.stringify(now) === JSON.stringify(before)) return now
    before = now
  }
}
