import type { TopicParts } from '../../claims/dispatch-values.ts'
import type { Check } from '../check.ts'

/** dispatch/3: names of topics are read as their parts and written again, and wrong ones are read as none. */
export const names: Check = {
  clause: 'dispatch/3',
  file: import.meta.url,
  detect: (_ledger, report) => ({
    takes: ['name-read'],
    step(event) {
      if (event.type !== 'name-read') return
      const { name, expected, parsed, printed, error, node, at } = event
      const about = { op: name, node, at }
      report.occasion()
      report.kind(expected === null ? 'wrong' : 'right')
      if (error !== undefined)
        return report.violation({
          ...about,
          message: `the adapter of ${node} failed at the name ${JSON.stringify(name)}`,
          expected: expected === null ? 'null, as this is no name of a topic' : told(expected),
          actual: `${error.code ?? 'no code'}: ${error.message}`,
        })
      if (!isSame(parsed, expected))
        report.violation({
          ...about,
          message: `${node} read the name ${JSON.stringify(name)} ${expected === null ? 'although it is none' : 'wrongly'}`,
          expected: told(expected),
          actual: told(parsed),
        })
      else if (expected !== null && printed !== name)
        report.violation({
          ...about,
          message: `${node} wrote the parts of the name ${JSON.stringify(name)} as another name`,
          expected: name,
          actual: printed ?? 'nothing',
        })
    },
  }),
}

const told = (parts: TopicParts | null): string => (parts === null ? 'null' : JSON.stringify(parts))

function isSame(one: TopicParts | null, other: TopicParts | null): boolean {
  if (one === null || other === null) return one === other
  const names = Object.keys(other)
  return Object.keys(one).length === names.length && names.every((name) => one[name] === other[name])
}
