import type { z } from 'zod'

/** A zod issue's place as it would be written in code, such as `messages[3].outcome.kind`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

/** The first issue of a failed parse as one sentence that begins with where the JSON came from. */
export function sentenceOf(error: z.ZodError, where: string): string {
  const issue = error.issues[0]
  if (issue === undefined) return `${where}: not valid.`
  const place = placeOf(issue.path)
  return `${where}: ${place === '' ? '' : `${place}: `}${issue.message}${mendOf(issue)}.`
}

/** What to do about it, where the message only says what is wrong. */
function mendOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return '; remove it, or write it as the documentation does'
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return '; write it, or leave its name out where it may be left out'
  if (issue.code === 'invalid_value' && issue.message.endsWith('expected true'))
    return '; leave it out where it is not so'
  return ''
}
