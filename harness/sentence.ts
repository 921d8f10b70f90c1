import type { z } from 'zod'

/** A zod issue's place as it would be written in code, such as `messages[3].outcome.kind`. */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

/**
 * The first issue of a failed parse as one sentence that begins with the source of the JSON. `value` is what was parsed: with it,
 * the sentence also shows an invalid number.
 */
export function sentenceOf(error: z.ZodError, where: string, value?: unknown): string {
  const issue = firstIssue(error)
  if (issue === null) return `${where}: not valid.`
  const place = placeOf(issue.path)
  return `${where}: ${place === '' ? '' : `${place}: `}${wordsOf(issue)}${foundBy(issue, value)}${mendOf(issue)}.`
}

/** The issue that the sentence is about; null if there is none. */
export function firstIssue({ issues: [first] }: z.ZodError): z.core.$ZodIssue | null {
  return first === undefined ? null : nearest(first)
}

/** The number itself, if the message does not contain it. */
function foundBy(issue: z.core.$ZodIssue, value: unknown): string {
  let found = value
  for (const part of issue.path) found = Object(found)[part]
  return typeof found !== 'number' || issue.message.endsWith(String(found)) ? '' : `, found ${found}`
}

/** For a union that nothing fits: what the nearest form lacks, because the union itself says no more. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const branches = issue.errors.map(([first]) => first).filter((first) => first !== undefined)
  const [deepest] = branches.sort((one, other) => other.path.length - one.path.length)
  return deepest === undefined ? issue : nearest({ ...deepest, path: [...issue.path, ...deepest.path] })
}

/** What is expected, without the words that every issue begins with. */
const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.message.replace(/^Invalid (?:input: |option: |discriminator value\. )(.)/, (_, letter: string) =>
    letter.toLowerCase(),
  )

/** What to do, if the message only says what is wrong. */
function mendOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return '; remove it, or correct its spelling'
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return '; give a value, or omit the field if it is optional'
  if (issue.code === 'invalid_value' && issue.message.endsWith('expected true')) return '; omit it if it does not apply'
  if (issue.code === 'invalid_type' && issue.expected === 'int') return '; give a whole number'
  if (issue.code === 'invalid_type' && /received (NaN|-?Infinity)$/.test(issue.message)) return '; give a finite number'
  return ''
}
