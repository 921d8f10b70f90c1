/** The epochs and faults of a chaos run as spans of OpenTelemetry, sent by OTLP over HTTP. */
import type { Context, Span } from '@opentelemetry/api'
import { UsageError } from '../../errors.ts'
import type { ChaosConfig } from '../file/config.ts'
import type { Listener, Told } from './told.ts'

export interface Traces extends AsyncDisposable {
  readonly listener: Listener
}

/** Those that go together, and with Node 20. */
const PACKAGES = ['api@1.9', 'resources@2', 'sdk-trace-base@2', 'exporter-trace-otlp-http@0.223']

/** Rejects with a {@link UsageError} where a package of OpenTelemetry is not installed. */
export async function startTraces({ otlp }: NonNullable<ChaosConfig['traces']>): Promise<Traces> {
  const { api, resources, sdk, exporter } = await load()
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'busproof' }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter({ url: `${otlp.replace(/\/+$/, '')}/v1/traces` })),
    ],
  })
  const tracer = provider.getTracer('busproof')
  /** Spans that have not ended; the run is the first. */
  const open = new Map<string, { readonly span: Span; readonly context: Context }>()
  let began = Date.now()

  const begin = (key: string, name: string, within: string, { at, attributes = {} }: Beginning): void => {
    const parent = open.get(within)?.context ?? api.ROOT_CONTEXT
    const span = tracer.startSpan(name, { startTime: began + at, attributes }, parent)
    open.set(key, { span, context: api.trace.setSpan(parent, span) })
  }
  const end = (key: string, at: number, attributes: Attributes = {}, failed: string | null = null): void => {
    const span = open.get(key)?.span
    open.delete(key)
    span?.setAttributes(attributes)
    if (failed !== null) span?.setStatus({ code: api.SpanStatusCode.ERROR, message: failed })
    span?.end(began + at)
  }
  const took: { readonly [E in Told['event']]?: (one: Extract<Told, { readonly event: E }>) => void } = {
    began({ at, time, adapter, site, seed, rate }) {
      began = Date.parse(time) - at
      begin(RUN, `chaos ${adapter}`, '', { at, attributes: named({ site, seed, rate }) })
    },
    epoch({ at, epoch, messages }) {
      // It is made again: what its site has spoilt is over.
      const spoilt = [...open.keys()].filter((key) => key === `${epoch}` || key.startsWith(`${epoch}/`))
      for (const key of spoilt.reverse()) end(key, at, named({ spoilt: 'true' }))
      begin(`${epoch}`, `epoch ${epoch}`, RUN, { at, attributes: named({ messages }) })
    },
    fault: ({ at, epoch, fault, name }) => begin(`${epoch}/${fault}`, name, `${epoch}`, { at }),
    healed: ({ at, epoch, fault, landed }) => end(`${epoch}/${fault}`, at, named({ ...landed })),
    judged({ at, epoch, events, violations }) {
      const violated = Object.keys(violations)
      end(`${epoch}`, at, named({ events }), violated.length === 0 ? null : `violated ${violated.join(', ')}`)
    },
    ended({ at, ended, why }) {
      // Those of an epoch that was broken off; the run began first, and ends last.
      for (const key of [...open.keys()].reverse()) if (key !== RUN) end(key, at)
      end(RUN, at, named({ ended }), why)
    },
  }
  return {
    listener: { told: (one) => (took[one.event] as ((one: Told) => void) | undefined)?.(one) },
    // What cannot be sent is no reason to lose the certificate.
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => undefined),
  }
}

const RUN = 'run'
type Attributes = Readonly<Record<string, string | number>>

interface Beginning {
  readonly at: number
  readonly attributes?: Attributes
}

const named = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`busproof.${name}`, value]))

async function load() {
  try {
    const [api, resources, sdk, exporter] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ])
    return { api, resources, sdk, exporter }
  } catch (error) {
    const install = `npm install --save-dev ${PACKAGES.map((name) => `@opentelemetry/${name}`).join(' ')}`
    throw new UsageError(`traces: a package of OpenTelemetry is not installed: ${install}`, { cause: error })
  }
}
