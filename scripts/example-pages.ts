/** Makes the example pages of `docs/pages`: a bus that is certified, one that is violated, and a chaos run. `npm run example-pages`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from '../harness/certificate/certificate.ts'
import { certify } from '../harness/certify.ts'
import { chaos } from '../harness/chaos/chaos.ts'
import { readChaos } from '../harness/chaos/file/read.ts'
import { renderHtml } from '../harness/report/html/page.ts'

const CHAOS = `
target: { adapter: memory, site: real }
load: { rate: 100/s, producers: 2, members: 2, groups: 2, keys: { count: 100, skew: 1 }, handlers: { failing: 1%, permanent: 1%, slow: 1% } }
duration: 90s
epoch: 30s
seed: 5
faults: { lasts: { least: 500ms, most: 2s }, rest: { least: 2s, most: 5s } }
settings: { publish.timeout: 1000, publish.deadline: 5000, retry.base: 50, handling.base: 50, breaker.reset: 1000, consume.session: 1000, recovery.deadline: 10000 }
thresholds: [violations == 0, unavailable < 10s, p99(publish) < 2s over 20s]
`

const folder = await mkdtemp(join(tmpdir(), 'busproof-pages-'))
const quiet = { failures: folder, regressions: null, seed: 1 }
const write = (name: string, certificate: Certificate): Promise<void> =>
  // Where the failures lay is nobody else's.
  writeFile(
    new URL(`../docs/pages/${name}.html`, import.meta.url),
    renderHtml(certificate).replaceAll(folder, '.busproof/failures'),
  )
try {
  await write('certified', await certify('memory', quiet))
  await write(
    'violated',
    await certify(new URL('../mutants/delivery/commits-before-handling.ts', import.meta.url), quiet),
  )
  await write('chaos', await chaos(readChaos(CHAOS, 'chaos.yaml'), { cwd: process.cwd(), failures: folder }))
} finally {
  await rm(folder, { recursive: true })
}
