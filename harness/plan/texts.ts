/**
 * Texts and bytes with the edges at which buses break. How they are drawn is hidden from the search: they shrink by a rule of
 * their own, so that stored ones shrink as well.
 */
import fc from 'fast-check'
import { isToken } from '../claims/header-names.ts'

/** Draws with `inner`, and shrinks by a rule that needs to know nothing of how the value was drawn. */
class Redrawn extends fc.Arbitrary<string> {
  readonly #inner: fc.Arbitrary<string>
  readonly #isOne: (text: string) => boolean
  readonly #simpler: (text: string) => readonly string[]

  constructor(
    inner: fc.Arbitrary<string>,
    isOne: (text: string) => boolean,
    simpler: (text: string) => readonly string[],
  ) {
    super()
    this.#inner = inner
    this.#isOne = isOne
    this.#simpler = simpler
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<string> {
    return new fc.Value(this.#inner.generate(random, bias).value, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is string {
    return typeof value === 'string' && this.#isOne(value)
  }

  override shrink(value: string): fc.Stream<fc.Value<string>> {
    const simpler = this.#simpler(value).filter(this.#isOne)
    return fc.Stream.of(...simpler.map((one) => new fc.Value(one, undefined)))
  }
}

/** Single places that are tried by themselves. */
const PLACES = 40

/** Halves, then one part fewer, then a plain `filler` in place of one part. */
function simpler(parts: readonly string[], filler: string): readonly string[] {
  const half = Math.ceil(parts.length / 2)
  const places = parts.slice(0, PLACES).map((_, place) => place)
  const all = [
    ...(parts.length > 1 ? [parts.slice(0, half), parts.slice(half)] : []),
    ...places.map((place) => parts.toSpliced(place, 1)),
    ...places.filter((place) => parts[place] !== filler).map((place) => parts.with(place, filler)),
  ]
  return all.map((some) => some.join(''))
}

function simplerText(text: string): readonly string[] {
  if (text === '') return []
  return text === 'a' ? [''] : [...new Set(['', 'a', ...simpler([...text], 'a')])]
}

const joined = (parts: fc.Arbitrary<string>, maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.array(parts, { minLength, maxLength }).map((some) => some.join(''))

/** Letters whose upper and lower case, or composed and decomposed forms, differ in more than one way. */
const LETTERS = [...'aKi\u212a\u0130\u00df\u00e9\u00c5\u212b\ufb01\uac00z']

/** A word that has many {@link spellings}. `draw` gives a whole number from 0 to `most`. */
export const wordOf = (draw: (most: number) => number): string =>
  Array.from({ length: 1 + draw(3) }, () => LETTERS[draw(LETTERS.length - 1)] ?? '').join('')

/** One word in other cases and compositions, each of which is another text. */
export function spellings(word: string): readonly string[] {
  const cases = [word, word.toLowerCase(), word.toUpperCase()]
  return [...new Set([...cases, ...cases.flatMap((one) => [one.normalize('NFD'), one.normalize('NFKC')])])]
}

/** With something at an end that is often cut off, and the word twice. */
const framed = (word: string): readonly string[] => [`${word} `, ` ${word}`, `${word}\u0000`, `${word}\n`, word + word]

/** What one layer or another takes for more than itself: separators, quotes, wildcards, escapes, ends. */
const SPECIAL = [
  ...'\u0000\t\n\u001b\u007f \u00a0\u200b\u2028\ufeff\ufffd\u202e',
  ...'\'"`\\,;:=/.*>#+%$&{}[]<|?@',
  ...['\r\n', '--', '%00', '$1', '\u{1f469}\u200d\u{1f680}', 'e\u0301'],
  ...'\u00e9\u00df\u0130\u0131\ufb01aB1',
]

/** Words that a language or a format reserves; as names, some are there in every object already. */
const RESERVED = [
  ...['__proto__', 'constructor', 'toString', 'length'],
  ...['null', 'undefined', 'true', 'false', 'NaN', '-0', '1.0', '01'],
]

const SURROGATES = { first: 0xd800, count: 0x800 }
/** Any code point but a surrogate. fast-check's `unit: 'binary'` draws the same, and lists a million of them as it is made: 0.7 s a thread. */
const CODE_POINT = fc
  .nat({ max: 0x10ffff - SURROGATES.count })
  .map((point) => String.fromCodePoint(point < SURROGATES.first ? point : point + SURROGATES.count))

const ODD = fc.oneof(
  { weight: 2, arbitrary: joined(fc.constantFrom(...SPECIAL), 6) },
  { weight: 1, arbitrary: fc.constantFrom(...RESERVED) },
  { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.bigInt(), fc.double()).map(String) },
  { weight: 2, arbitrary: joined(CODE_POINT, 12) },
)

/** Spellings of the word with the weight `spelled`, against 7 of all others. */
const wordsLike = (word: string, spelled: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: spelled, arbitrary: fc.constantFrom(...spellings(word)) },
    { weight: 1, arbitrary: fc.constantFrom(...framed(word)) },
    { weight: 6, arbitrary: ODD },
  )

/** Any text; spellings of the word with the weight `spelled`, against 7 of all others. Shrinks to `a`, and to the empty text. */
export const textLike = (word: string, spelled: number): fc.Arbitrary<string> =>
  new Redrawn(wordsLike(word, spelled), () => true, simplerText)

/** The longest name that is drawn, bytes. */
const LONGEST_NAME = 255

const isName = (name: string): boolean => name !== '' && Buffer.byteLength(name) <= LONGEST_NAME
const asName = (name: string): string => (isName(name) ? name : 'n'.repeat(LONGEST_NAME))
const TOKENS = fc
  .tuple(fc.constantFrom(...'abAB_'), joined(fc.constantFrom(...'abAB09._-'), 63))
  .map((parts) => parts.join(''))
/** A text of 1 to 255 bytes. */
export const nameLike = (word: string): fc.Arbitrary<string> =>
  new Redrawn(
    fc.oneof({ weight: 7, arbitrary: wordsLike(word, 4) }, { weight: 1, arbitrary: TOKENS }).map(asName),
    isName,
    simplerText,
  )

/** A name of 1 to 64 ASCII letters, digits, `-`, `_` and `.`, the first of which is a letter or `_`. */
export const TOKEN_NAMES: fc.Arbitrary<string> = new Redrawn(
  fc.oneof(TOKENS, fc.constantFrom(...RESERVED.filter(isToken))),
  isToken,
  simplerText,
)

const BLANK = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n')
const LEAF = fc.oneof(
  fc.constantFrom('null', 'true', '-0', '1.0', '1E2', '0.1e-7', '1e400', '9007199254740993', '12345678901234567890.5'),
  fc.constantFrom('""', '"\\u0041"', '"\\/"', '"\\ud83d\\ude80"', '"\\u0000"', '"\u2028"', '"<b>&amp;"', '"__proto__"'),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
)
const MEMBER = fc.constantFrom('"a"', '"a"', '"\\u0061"', '"__proto__"', '"1"', '""')
const spread = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((all) => all.join(''))
const listed = (parts: fc.Arbitrary<string>, [open, end]: readonly [string, string]): fc.Arbitrary<string> =>
  fc.array(parts, { maxLength: 4 }).map((all) => `${open}${all.join(',')}${end}`)

/** JSON that parsing and printing changes: blanks, forms of numbers, escapes, repeated members. */
export const JSON_TEXTS: fc.Arbitrary<string> = new Redrawn(
  spread(
    BLANK,
    fc.letrec<{ json: string }>((tie) => {
      const inner = spread(BLANK, tie('json'), BLANK)
      const member = spread(MEMBER, BLANK, fc.constant(':'), inner)
      return { json: fc.oneof({ maxDepth: 4 }, LEAF, listed(inner, ['[', ']']), listed(member, ['{', '}'])) }
    }).json,
    BLANK,
  ),
  () => true,
  simplerText,
)

const NO_TEXT = fc.constantFrom('ff', 'c080', 'eda080', 'f8', '80', '00', '0a', '0d0a', 'feff', 'efbbbf')
const ANY_BYTES = fc.uint8Array({ maxLength: 16 }).map((all) => Buffer.from(all).toString('hex'))

/** Short bytes as hexadecimal digits, many of them text in no encoding. */
export const HEX: fc.Arbitrary<string> = new Redrawn(
  joined(fc.oneof(NO_TEXT, ANY_BYTES), 4),
  (hex) => /^(?:[0-9a-f]{2})*$/.test(hex),
  (hex) => (hex === '' ? [] : ['', ...simpler(hex.match(/../g) ?? [], '00')]),
)
