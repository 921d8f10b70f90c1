/** The child processes of a lane, one for each node. */
import type { Event } from '../../events/kinds.ts'
import { type ProcessHost, startProcessHost } from '../../host/process-host.ts'
import type { RealSite } from './environment.ts'

export interface Hosts extends AsyncDisposable {
  readonly host: RealSite['host']
  /** Ends those that run; the next run starts new ones. */
  end(): Promise<void>
}

/** Child processes by node, kept from run to run, because starting one takes longer than many a run. */
export function createHosts(module: string, adapter: string): Hosts {
  const running = new Map<string, { host: ProcessHost; record: (event: Event) => void }>()
  const end = async (): Promise<void> => {
    const ending = [...running.values()]
    running.clear()
    await Promise.all(ending.map(({ host }) => host[Symbol.asyncDispose]()))
  }
  return {
    async host(node, record, start) {
      const known = running.get(node)
      if (known?.host.running() === true) {
        known.record = record
        return known.host
      }
      const entry = { record }
      const host = await startProcessHost({ module, adapter, node, ...start, onEvent: (event) => entry.record(event) })
      running.set(node, Object.assign(entry, { host }))
      return host
    },
    end,
    [Symbol.asyncDispose]: end,
  }
}
