/** Ports that no other program takes while they are assigned. */
import { closed, LOOPBACK, listenAnywhere } from '../../harness/process/loopback.ts'
import type { Endpoint } from '../../harness/system-contract.ts'

export interface Reserved {
  readonly endpoints: readonly Endpoint[]
  /** Releases them for the program that will listen there. */
  release(): Promise<void>
}

/** Listens on free ports until they are released, because links are given ports of their own meanwhile. */
export async function reserve(count: number): Promise<Reserved> {
  const held: Awaited<ReturnType<typeof listenAnywhere>>[] = []
  const release = async (): Promise<void> => {
    for (const { server } of held.splice(0)) await closed(server)
  }
  try {
    for (let n = 0; n < count; n++) held.push(await listenAnywhere((socket) => void socket.destroy()))
  } catch (error) {
    await release()
    throw error
  }
  return { endpoints: held.map(({ port }) => ({ host: LOOPBACK, port })), release }
}
