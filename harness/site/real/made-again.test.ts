import { describe, expect, it } from 'vitest'
import { foundTimes, outcomeOf } from '../../certificate/clauses.case.ts'
import { PassingError, SiteError, UsageError } from '../../errors.ts'
import { exampleClaims } from '../../plan/claims.case.ts'
import { generatePlan } from '../../plan/generate.ts'
import type { RunOutcome } from '../../run/outcome.ts'
import { createMadeAgain, makingAgain, type Renewing } from './made-again.ts'

const plan = generatePlan({ claims: exampleClaims, site: 'real', leans: [] }, 1, 1)
const good = outcomeOf(plan, { findings: { 'delivery/1': foundTimes('delivery/1', 3) } })
const spoilt = outcomeOf(plan, { error: 'no answer', passing: 'toxiproxy' })

/** Makes as many runs as asked, of attempts that end so one after the other, and the last one for ever. */
async function runs(attempts: readonly (RunOutcome | Error)[], count = 1, renew?: () => Promise<void>, goesOn = false) {
  const left = [...attempts]
  const renewed: Renewing[] = []
  const madeAgain = createMadeAgain(goesOn)
  const execute = makingAgain({
    async attempt() {
      const next = left.length > 1 ? left.shift() : left[0]
      if (next instanceof Error) throw next
      return next ?? good
    },
    async renew(how) {
      renewed.push(how)
      await renew?.()
    },
    madeAgain,
  })
  const outcomes: RunOutcome[] = []
  for (let run = 0; run < count; run++) outcomes.push(await execute(plan))
  return { outcomes, renewed, told: madeAgain.told }
}

describe('a run that the site has spoilt', () => {
  it('is made again with what failed made anew, and nothing of the spoilt attempt is in its outcome', async () => {
    const { outcomes, renewed, told } = await runs([spoilt, good])
    expect(outcomes).toEqual([good])
    expect(renewed).toEqual([{ passing: 'toxiproxy', why: 'no answer', run: 1, isLast: false }])
    expect(told).toEqual(['run 1: no answer'])
  })

  it('is an error that says how often it was tried when it fails a third time, and the next run begins afresh', async () => {
    const { outcomes, renewed } = await runs([spoilt, spoilt, spoilt, good], 2)
    expect(outcomes).toEqual([{ ...spoilt, error: 'no answer (run 1, tried 3 times)' }, good])
    expect(renewed.map(({ run, isLast }) => [run, isLast])).toEqual([
      [1, false],
      [1, true],
      [2, false],
    ])
  })

  it('is not made again once ten have been', async () => {
    const { outcomes, told } = await runs([spoilt], 7)
    expect(told).toHaveLength(10)
    expect(outcomes.at(-1)?.error).toBe('no answer (run 7, tried once)')
  })

  it('is made again as often as one in ten where runs go on for hours', async () => {
    const calm = Array.from({ length: 299 }, () => good)
    expect((await runs([...calm, spoilt], 319, undefined, true)).told).toHaveLength(32)
    expect((await runs([...calm, spoilt], 319)).told).toHaveLength(10)
  })

  it('may also be one for which nothing could be made ready', async () => {
    let times = 0
    const { outcomes, told } = await runs([spoilt, good], 1, async () => {
      if (++times === 1) throw new PassingError('port 1 is taken')
    })
    expect(outcomes).toEqual([good])
    expect(told).toEqual(['run 1: no answer', 'run 1: port 1 is taken'])
  })

  it('is not made again where that cannot help', async () => {
    const missing = outcomeOf(plan, { error: 'past the link' })
    expect((await runs([missing, good])).outcomes).toEqual([missing])
    expect((await runs([new SiteError('gone'), good])).outcomes).toMatchObject([{ error: 'gone', findings: {} }])
  })
})

it("lets the adapter's mistakes through", async () => {
  await expect(runs([new UsageError('no topic')])).rejects.toThrow(UsageError)
})
