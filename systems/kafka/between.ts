/**
 * Links between the brokers, two (INTERNAL and CONTROLLER) for each ordered pair, so that one broker can be isolated from the
 * others while clients still reach it. Brokers know each other by name. Each one's hosts file maps the name of another to a
 * loopback address for this pair alone, where the link listens on the other's ports.
 */
import { hostname, platform } from 'node:os'
import { createTap, type Tap } from '../../harness/link/tap.ts'
import { LOOPBACK } from '../../harness/process/loopback.ts'
import type { Endpoint } from '../../harness/system-contract.ts'

export interface Cut {
  /** Lets everything through again, on new connections; resolves with the number of bytes that were held back. */
  heal(): Promise<number>
}

export interface Between extends AsyncDisposable {
  /** The name by which the others know broker `id`. */
  name(id: number): string
  /** The hosts file of broker `id`, with the others' names. */
  hosts(id: number): string
  /** Lets nothing through between broker `id` and the others any more, in both directions. */
  cut(id: number): Promise<Cut>
}

/** Only on Linux is all of 127.0.0.0/8 there without anybody's doing. */
export const canBeCut = (nodes: number): boolean => nodes > 1 && platform() === 'linux'

const nameOf = (id: number): string => `kafka-${id}`
const hostOf = (from: number, to: number): string => `127.1.${from + 1}.${to + 1}`

interface Pair {
  readonly from: number
  readonly to: number
  readonly taps: readonly Tap[]
}

/** `nodes`: where each broker listens for the others. */
export async function linkNodes(nodes: readonly (readonly Endpoint[])[]): Promise<Between> {
  const pairs: Pair[] = []
  const dispose = async (): Promise<void> => {
    await Promise.all(pairs.flatMap(({ taps }) => taps.map((tap) => tap[Symbol.asyncDispose]())))
  }
  try {
    for (const from of nodes.keys()) {
      for (const [to, endpoints] of nodes.entries()) {
        if (from === to) continue
        const taps: Tap[] = []
        pairs.push({ from, to, taps })
        for (const target of endpoints) taps.push(await createTap(target, { ...target, host: hostOf(from, to) }))
      }
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    name: nameOf,
    hosts: (id) =>
      [
        ['localhost', LOOPBACK],
        [hostname(), LOOPBACK],
        ...[...nodes.keys()].map((to) => [nameOf(to), to === id ? LOOPBACK : hostOf(id, to)]),
      ]
        .map(([name, host]) => `${host} ${name}\n`)
        .join(''),
    async cut(id) {
      const taps = pairs.filter(({ from, to }) => from === id || to === id).flatMap((pair) => pair.taps)
      const held = await Promise.all(
        taps.flatMap((tap) =>
          (['up', 'down'] as const).map((direction) => tap.begin({ kind: 'black-hole', direction, amount: 0 })),
        ),
      )
      return {
        async heal() {
          const landed = await Promise.all(held.map((fault) => fault.heal()))
          return landed.reduce((sum, { bytes }) => sum + bytes, 0)
        },
      }
    },
    [Symbol.asyncDispose]: dispose,
  }
}
