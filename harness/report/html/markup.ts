/** Text and elements of the page. Whatever comes from a certificate passes through {@link text} or {@link attributes}. */

export const text = (given: string | number): string =>
  String(given)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

export type Attributes = Readonly<Record<string, string | number | null>>

export const attributes = (given: Attributes): string =>
  Object.entries(given)
    .flatMap(([name, value]) => (value === null ? [] : [` ${name}="${text(value)}"`]))
    .join('')

/** An element; `inner` is markup already. */
export const element = (name: string, given: Attributes, ...inner: readonly string[]): string =>
  `<${name}${attributes(given)}>${inner.join('')}</${name}>`

/** A part that is closed until a reader opens it. */
export const details = (summary: string, ...inner: readonly string[]): string =>
  element('details', {}, element('summary', {}, text(summary)), ...inner)
