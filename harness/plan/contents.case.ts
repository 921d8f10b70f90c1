/** What tests ask of the contents of messages. */
import type { PlannedBody, PlannedHeaders } from './plan.ts'

export const textIn = (body: PlannedBody): string | null =>
  typeof body === 'object' && 'text' in body ? body.text : null
export const sizeIn = (body: PlannedBody): number | null =>
  typeof body === 'object' && 'bytes' in body ? body.bytes : null
export const namesIn = (headers: PlannedHeaders): readonly string[] =>
  headers === 'text' ? [] : headers.map(({ name }) => name)

/** Whether two of them differ, but not where case and composition are taken away. */
export function differInSpelling(texts: readonly string[]): boolean {
  const different = new Set(texts)
  return new Set([...different].map((one) => one.normalize('NFKC').toLowerCase())).size < different.size
}
