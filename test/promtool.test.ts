import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { withMetrics } from '../adapters/observability/index.ts'
import type { Bus, Site } from '../harness/adapter.ts'
import { parseExposition } from '../harness/claims/exposition.ts'
import { requires } from './require.ts'

const promtool = (input: string) => spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
const missing =
  promtool('a 1\n').error === undefined ? null : 'promtool is not here: `npm run components -- prometheus` installs it.'
/** What promtool ends with where it can read the text, though it may not like the names. */
const READ = [0, 3]

const GOOD = [
  'a 1\n',
  '# HELP a_total What it "counts" \\\\ really\n# TYPE a_total counter\na_total{of="x\\"y\\\\z\\n",by=""} 1.5e3\n',
  // The format also ignores blanks at the end of a line, promtool does not.
  ' # \t TYPE  a \t gauge\n a { b = "1" , c="2", } 1\na{b="2"}2\t3\n',
  '# a comment\n\na +Inf\n# TYPE b untyped\nb NaN\n',
  '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n',
]
/** promtool does not see that a series is told twice, of which Prometheus keeps one. */
const BAD = [
  'a 1',
  'a\n',
  'a one\n',
  'a-b 1\n',
  'a{b=c} 1\n',
  'a{b="c"d"} 1\n',
  'a{b="1",b="2"} 1\n',
  '# TYPE a number\n',
  '# TYPE a gauge\n# TYPE a gauge\n',
  'a 1\n# TYPE a gauge\n',
]

requires('prometheus', missing)('what promtool can read', () => {
  it.each(GOOD)('%j', (text) => {
    expect(READ).toContain(promtool(text).status)
    expect(parseExposition(text).wrong).toBeNull()
  })

  it.each(BAD)('not %j', (text) => {
    expect(READ).not.toContain(promtool(text).status)
    expect(parseExposition(text).wrong).not.toBeNull()
  })

  it('the metrics of a bus, without a complaint', async () => {
    const claims = { breaker: {}, degradation: {}, deadLetter: {} }
    const site = { claims, observe: () => undefined } as unknown as Site
    const bus = withMetrics(site, () => ({ close: async () => undefined }) as Bus)
    const { status, stdout, stderr } = promtool(`${await bus.metrics?.()}`)
    expect([status, stdout, stderr]).toEqual([0, '', ''])
  })
})
