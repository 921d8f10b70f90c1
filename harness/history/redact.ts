/** Secrets never leave a host: each one that stands in a text is replaced by its name. */

/**
 * Creates a function that replaces every canary in a text by `[secret:NAME]`: in its plain form, in base64, hexadecimal, URIs and
 * JSON, and as the printed bytes of a buffer.
 */
export function createRedactor(canaries: Readonly<Record<string, string>>): (text: string) => string {
  const name = JSON.stringify(canaries)
  if (latest?.name !== name) {
    const known = new Map<string, string>()
    latest = { name, redact: build(canaries, known), known }
  }
  return latest.redact
}

/** Each node of a run makes its own, all with the same canaries; to build one takes longer than to use it. */
let latest: {
  readonly name: string
  readonly redact: (text: string) => string
  readonly known: Map<string, string>
} | null = null

/** What the latest redactor remembers of texts is forgotten, so that no count of memory sees it. */
export const forgetTexts = (): void => latest?.known.clear()

/** Remembers in `known` what it has done: names, codes and ids come again and again. */
function build(canaries: Readonly<Record<string, string>>, known: Map<string, string>): (text: string) => string {
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(canaries)) {
    if (value === '') continue
    for (const form of forms(value)) if (!names.has(form)) names.set(form, name)
  }
  if (names.size === 0) return (text) => text
  // Longest first, so that a form which begins like another is not left with a tail.
  const sorted = [...names.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(sorted.map(escapePattern).join('|'), 'g')
  const printed = Object.entries(canaries)
    .filter(([, value]) => Buffer.byteLength(value) >= SHORTEST_PIECE)
    .map(([name, value]) => [`[secret:${name}]`, printedBytes(Buffer.from(value))] as const)
  const redact = (text: string): string => {
    const plain = text.replace(pattern, (form) => `[secret:${names.get(form) ?? 'unknown'}]`)
    if (!LIKE_PRINTED_BYTES.test(plain)) return plain
    return printed.reduce((left, [replacement, bytes]) => left.replace(bytes, replacement), plain)
  }
  const shortest = Math.min(...sorted.map(({ length }) => length))
  return (text) => {
    if (text.length < shortest) return text
    const before = known.get(text)
    if (before !== undefined) return before
    const redacted = redact(text)
    if (text.length <= LONGEST_KNOWN && known.size < MOST_KNOWN) known.set(text, redacted)
    return redacted
  }
}

/** So many texts of one run are remembered. */
const MOST_KNOWN = 1_000
const LONGEST_KNOWN = 64

/** Encoded pieces that are shorter could be anything. */
const SHORTEST_PIECE = 8

/** What every printed buffer of that length looks like: one expression that is compiled once, before those of each run. */
const LIKE_PRINTED_BYTES = /(?:\d{1,3},\s*){7}|(?:[\da-f]{2}[\s:]?){8}/i

function forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const uri = encodeURIComponent(value)
  const json = JSON.stringify(value).slice(1, -1)
  const plain = [value, uri, uri.replaceAll('%20', '+'), json, JSON.stringify(json).slice(1, -1)]
  const encoded = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), ...insideBase64(bytes)]
  return [...plain, ...encoded.filter((form) => form.length >= SHORTEST_PIECE)]
}

/** As consoles and JSON show buffers: decimal numbers between commas, wherever lines break, or pairs of hexadecimal digits. */
function printedBytes(bytes: Buffer): RegExp {
  const decimal = [...bytes].join(',\\s*')
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('[\\s:]?')
  return new RegExp(`(?<!\\d)${decimal}(?!\\d)|${pairs}`, 'gi')
}

/** In base64 of a longer text a secret begins at any of three places in a group; these are the digits that are its alone. */
function insideBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor((padded.length * 8) / 6)
    return [padded.toString('base64').slice(first, last), padded.toString('base64url').slice(first, last)]
  })
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
