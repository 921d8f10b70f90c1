/** A thread under virtual time that loads one adapter after the other: much cheaper than a thread for each. */
import { once } from 'node:events'
import { MessageChannel, parentPort, workerData } from 'node:worker_threads'
import { installVirtualTime } from '../../harness/site/simulated/patch.ts'
import type { WorkerMessage } from '../../harness/site/simulated/serve.ts'
import type { Replay } from './replay-all.ts'

const time = installVirtualTime()
// Loaded only now, so that no module below got hold of a real timer.
const { serve } = await import('../../harness/site/simulated/serve.ts')
const { fitPlan } = await import('../../harness/plan/fit.ts')

for (const { module, plan } of workerData as readonly Replay[]) {
  const { port1: served, port2: asking } = new MessageChannel()
  const answer = async (): Promise<WorkerMessage> => (await once(asking, 'message'))[0]
  const ready = answer()
  await serve(time, served, { module, turns: new Int32Array(new SharedArrayBuffer(4)) })
  const first = await ready
  if (first.type === 'ready') {
    const ran = answer()
    asking.postMessage({ id: 0, plan: fitPlan(plan, first.adapter.claims), keepHistory: true, tells: false })
    parentPort?.postMessage(await ran)
  } else parentPort?.postMessage(first)
  served.close()
}
