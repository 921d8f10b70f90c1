/** Faults that only a broker among others can have: it is cut off from them, or they lead what it has led. */
import type { Between, Cut } from './between.ts'
import type { KafkaClient } from './client.ts'
import { type Led, lastOf, lead, ledBy } from './leaders.ts'
import type { KafkaNode } from './node.ts'

export interface Others {
  readonly id: number
  readonly client: KafkaClient
  /** Null where brokers cannot be cut off from each other. */
  readonly between: Between | null
  readonly serving: (node: KafkaNode) => Promise<void>
}

export const amongOthers = (node: KafkaNode, others: Others): KafkaNode => ({
  ...node,
  ...movingLeaders(others),
  ...(others.between === null ? {} : isolating(node, others.between, others)),
})

function movingLeaders({ id, client }: Others): Required<Pick<KafkaNode, 'moveLeaders' | 'returnLeaders'>> {
  let moved: readonly Led[] = []
  return {
    async moveLeaders() {
      const led = await ledBy(client, id)
      await lead(
        client,
        led.map((one) => lastOf(one, id)),
      )
      moved = led
      return led.length
    },
    async returnLeaders() {
      const back = moved
      moved = []
      await lead(client, back)
    },
  }
}

function isolating(
  node: KafkaNode,
  between: Between,
  { id, serving }: Others,
): Required<Pick<KafkaNode, 'isolate' | 'rejoin'>> {
  let cut: Cut | null = null
  return {
    async isolate() {
      cut ??= await between.cut(id)
    },
    async rejoin() {
      const held = (await cut?.heal()) ?? 0
      cut = null
      if (await node.runs()) await serving(node)
      return held
    },
  }
}
