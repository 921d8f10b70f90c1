import { hasLanded } from '../../events/system.ts'
import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'

/** resources/5: once a bus is calm again after faults, it holds at most as many as it claims. */
export const connections: Check = {
  clause: 'resources/5',
  file: import.meta.url,
  detect: ({ run, nodes }, report) => {
    const before = new Map<string, number>()
    const most = run.claims.connections ?? Number.POSITIVE_INFINITY
    /** When faults that landed were healed, ms. */
    const healed: number[] = []

    const judge = ({ owner, counts, at }: EventOf<'resources'>): void => {
      const opened = nodes.get(owner)?.opened ?? null
      if (opened === null || !healed.some((at) => at > opened.at)) return
      report.occasion()
      const held = (counts.sockets ?? 0) - (before.get(owner) ?? 0)
      if (held <= most) return
      report.violation({
        message: `${owner} holds ${held} connections after it reconnected`,
        expected: `at most ${most}`,
        actual: `${held} sockets are open although nothing is outstanding`,
        node: owner,
        at,
      })
    }

    return {
      takes: ['healed', 'resources'],
      step(event) {
        if (event.type === 'healed' && hasLanded(event.landed)) healed.push(event.at)
        else if (event.type !== 'resources') return
        else if (event.when === 'baseline') before.set(event.owner, event.counts.sockets ?? 0)
        else if (event.when === 'calm') judge(event)
      },
    }
  },
}
