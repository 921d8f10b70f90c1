/** What a chaos run measured, for the terminal and the page. */
import type { Certificate } from '../certificate/certificate.ts'
import type { Latency, Soak } from '../certificate/soak.ts'
import { duration, grouped, plural } from '../text.ts'

export interface SoakRow {
  readonly what: string
  readonly value: string
  /** Only of thresholds. */
  readonly isKept?: boolean
}

export function soakRows(soak: Soak): readonly SoakRow[] {
  const { sent, acknowledged, failed, handled, redelivered, lag, latency, unavailable, memory, nodeMemory } = soak
  const settled = `${grouped(acknowledged)} of ${grouped(sent)}${failed === 0 ? '' : `, ${grouped(failed)} failed`}`
  const byFault = Object.entries(unavailable.byFault).map(([fault, ms]) => `${fault} ${duration(ms)}`)
  return [
    { what: 'traffic', value: `${duration(soak.lasted)} at ${grouped(soak.rate)}/s, ${plural(soak.epochs, 'epoch')}` },
    { what: 'acknowledged', value: settled },
    {
      what: 'handled',
      value: `${grouped(handled)}${redelivered === 0 ? '' : `, ${grouped(redelivered)} redelivered`}`,
    },
    { what: 'lag', value: `at most ${grouped(lag)} deliveries due` },
    { what: 'publish latency', value: latencyText(latency.publish) },
    { what: 'handle latency', value: latencyText(latency.handle) },
    {
      what: 'unavailable',
      value: `at most ${duration(unavailable.longest)}${byFault.length === 0 ? '' : `; by fault: ${byFault.join(', ')}`}`,
    },
    ...(memory === null ? [] : [{ what: 'memory', value: memoryText(memory) }]),
    ...(nodeMemory === null ? [] : [{ what: 'memory of nodes', value: memoryText(nodeMemory) }]),
    ...soak.thresholds.map(({ text, worst, isKept }) => ({
      what: text,
      value: `${isKept ? 'kept' : 'not kept'}${worst === null ? ', never measured' : `, at worst ${round(worst)}`}`,
      isKept,
    })),
  ]
}

const latencyText = ({ count, p50, p99, p999, max }: Latency): string =>
  count === 0 ? 'none' : `p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms, max ${max} ms`

const MB = 1_000_000
const memoryText = ({ perHour, plusMinus }: NonNullable<Soak['memory']>): string =>
  `${perHour < 0 ? '' : '+'}${(perHour / MB).toFixed(1)} MB an hour, ± ${(plusMinus / MB).toFixed(1)} MB (95 %)`

const round = (value: number): string => String(Math.round(value * 10) / 10)

/** The conclusion of a chaos run. */
export function soakSaid({ adapter, site, certified }: Certificate, soak: Soak): string {
  const { lasted, rate, why } = soak
  if (certified) return `SOAKED ${adapter}: ${duration(lasted)} at ${grouped(rate)}/s, ${site} site`
  return `NOT SOAKED ${adapter}: ${why ?? 'no clause passed'}`
}
