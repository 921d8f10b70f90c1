import type { DeadLetterClaim } from '../../claims.ts'
import type { Check } from '../check.ts'

/** dead-letter/6: a dead letter is in the topic that the claimed naming derives from the topic of its message. */
export const named: Check = {
  clause: 'dead-letter/6',
  file: import.meta.url,
  detect: ({ run, deadLetters, operations }, report) => ({
    end() {
      const claim = run.claims.deadLetter
      if (claim === undefined) return
      for (const { found, op } of deadLetters.all()) {
        const topic = operations.get(op)?.topic ?? found?.fields['original_topic']
        if (found === null || topic === undefined) continue
        report.occasion()
        const expected = nameFor(claim, topic, run.prefix)
        const actual = found.position.topic
        if (actual === expected) continue
        report.violation({
          message: `the dead letter of ${op ?? 'a message'} is in another topic than claimed`,
          expected,
          actual,
          at: found.at,
          op,
        })
      }
    },
  }),
}

const nameFor = ({ naming, name }: DeadLetterClaim, topic: string, prefix: string): string =>
  naming === 'per-topic' ? `${topic}${name}` : `${prefix}${name}`
