import type { HealthStatus } from '../../vocabulary.ts'
import type { Event } from '../event.ts'
import { isBefore, listIn, type Moment } from '../tracker/moment.ts'

export interface HealthAnswers {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /**
   * What the node's bus may have answered last, for a bus that was asked and answered something else then: the last answer before, and those
   * of health checks under way meanwhile. Null if there was none before, or one has no answer to this day. Ask at the end.
   */
  between(node: string, asked: Moment, answered: Moment): readonly HealthStatus[] | null
}

interface Check {
  readonly asked: Moment
  answered: (Moment & { readonly status: HealthStatus | null }) | null
}

/** What `health()` of each node answered, and when. */
export function createHealthAnswers(): HealthAnswers {
  const all = new Map<string, Check[]>()
  const open = new Map<string, Check>()
  return {
    takes: ['health-check', 'health-checked'],
    step(event, moment) {
      if (event.type === 'health-check') {
        const check: Check = { asked: moment, answered: null }
        listIn(all, event.node).push(check)
        open.set(event.check, check)
      } else if (event.type === 'health-checked') {
        const check = open.get(event.check)
        if (check !== undefined) check.answered = { ...moment, status: event.health?.status ?? null }
        open.delete(event.check)
      }
    },
    between(node, asked, answered) {
      const begun = (all.get(node) ?? []).filter((one) => isBefore(one.asked, answered))
      const isOver = ({ answered: end }: Check): boolean => end !== null && end.at < asked.at
      const before = begun.filter((one) => isOver(one) && one.answered?.status !== null)
      const last = before.toSorted((one, other) => (one.answered?.seq ?? 0) - (other.answered?.seq ?? 0)).at(-1)
      const meanwhile = begun.filter((one) => !isOver(one))
      if (last === undefined || meanwhile.some((one) => one.answered === null)) return null
      return [...new Set([last, ...meanwhile].flatMap((one) => one.answered?.status ?? []))]
    },
  }
}
