/** When each planned thing happens, in order; outages are numbered after the faults; things of one moment happen in the order faults, consumers, messages, what cannot be read, closes, kills, what is asked of buses. */
import { asksIn } from '../claims/plans.ts'
import type {
  Plan,
  PlannedClose,
  PlannedConsumer,
  PlannedFault,
  PlannedMessage,
  PlannedOutage,
  PlannedPoison,
} from '../plan/plan.ts'

export type Entry =
  | { readonly at: number; readonly do: 'fault'; readonly index: number; readonly fault: PlannedFault }
  | { readonly at: number; readonly do: 'heal'; readonly index: number }
  | { readonly at: number; readonly do: 'outage'; readonly index: number; readonly outage: PlannedOutage }
  | { readonly at: number; readonly do: 'join'; readonly index: number; readonly consumer: PlannedConsumer }
  | { readonly at: number; readonly do: 'leave'; readonly index: number }
  | { readonly at: number; readonly do: 'publish'; readonly index: number; readonly message: PlannedMessage }
  | { readonly at: number; readonly do: 'close'; readonly close: PlannedClose }
  | { readonly at: number; readonly do: 'kill'; readonly node: number }
  | { readonly at: number; readonly do: 'poison'; readonly index: number; readonly poison: PlannedPoison }
  /** By its place among {@link asksIn} the plan. */
  | { readonly at: number; readonly do: 'ask'; readonly node: number; readonly ask: number }

/** Consumers that join at 0 are not in it: they have joined before traffic begins. `rest`: how long it rests where the plan says so, ms. */
export function timetable(plan: Plan, rest = 0): Entry[] {
  const [first] = plan.rests ?? []
  const late = (at: number): number => (first !== undefined && at >= first.at ? at + rest : at)
  const entries: Entry[] = [
    ...plan.faults.map((fault, index) => ({ at: late(fault.at), do: 'fault', index, fault }) as const),
    ...plan.outages.map((outage, index) => ({ at: late(outage.at), do: 'outage', index, outage }) as const),
    ...plan.outages.map(
      ({ at, lasts }, index) => ({ at: late(at) + lasts, do: 'heal', index: plan.faults.length + index }) as const,
    ),
    ...plan.faults.map((fault, index) => ({ at: late(fault.at) + fault.lasts, do: 'heal', index }) as const),
    ...plan.consumers.flatMap((consumer, index) =>
      consumer.joinAt === 0 ? [] : [{ at: late(consumer.joinAt), do: 'join', index, consumer } as const],
    ),
    ...plan.consumers.flatMap((consumer, index) =>
      consumer.leaveAt === null ? [] : [{ at: late(consumer.leaveAt), do: 'leave', index } as const],
    ),
    ...plan.messages.map((message, index) => ({ at: late(message.at), do: 'publish', index, message }) as const),
    ...(plan.poisons ?? []).map((poison, index) => ({ at: late(poison.at), do: 'poison', index, poison }) as const),
    ...plan.closes.map((close) => ({ at: late(close.at), do: 'close', close }) as const),
    ...plan.kills.map(({ at, node }) => ({ at: late(at), do: 'kill', node }) as const),
    ...asksIn(plan).map(({ at, node }, ask) => ({ at: late(at), do: 'ask', node, ask }) as const),
  ]
  return entries.sort((a, b) => a.at - b.at)
}
