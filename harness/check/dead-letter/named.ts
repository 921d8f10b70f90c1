import { deadLetterTopicOf } from '../../dead-letter-topic.ts'
import type { Check } from '../check.ts'

/** dead-letter/6: a dead letter is in the topic that the claimed naming derives from the topic of its message. */
export const named: Check = {
  clause: 'dead-letter/6',
  file: import.meta.url,
  detect: ({ run, deadLetters, operations }, report) => ({
    end() {
      for (const { found, op } of deadLetters.all()) {
        const topic = operations.get(op)?.topic ?? found?.fields['original_topic']
        const expected = topic === undefined ? null : deadLetterTopicOf(run.claims, topic, run.prefix)
        if (found === null || expected === null) continue
        report.occasion()
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
