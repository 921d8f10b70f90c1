import fc from 'fast-check'

type Primitive = number | string | null

/**
 * A small set of values, mildest first. Unlike `constantFrom` it tries every milder value when it shrinks, and takes up
 * numbers that are not in the set, so that plans written by hand shrink as well.
 */
class Ordered<T extends Primitive> extends fc.Arbitrary<T> {
  readonly #values: readonly T[]
  readonly #bag: readonly T[]

  constructor(values: readonly T[], bag: readonly T[]) {
    super()
    this.#values = values
    this.#bag = bag
  }

  override generate(random: fc.Random): fc.Value<T> {
    const value = this.#bag[random.nextInt(0, this.#bag.length - 1)]
    if (value === undefined) throw new RangeError('a set of values to choose from is empty')
    return new fc.Value(value, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    const known: readonly unknown[] = this.#values
    return known.includes(value) || (Number.isFinite(value) && this.#values.some((one) => typeof one === 'number'))
  }

  override shrink(value: T): fc.Stream<fc.Value<T>> {
    const index = this.#values.indexOf(value)
    const milder = index === -1 ? this.#values : this.#values.slice(0, index)
    return fc.Stream.of(...milder.map((one) => new fc.Value(one, undefined)))
  }
}

/** One of the values, each as likely as any other. */
export const ordered = <T extends Primitive>(values: readonly T[]): fc.Arbitrary<T> => new Ordered(values, values)

/** One of the values, each as likely as its weight (a whole number; 0 for never) says. */
export function weighted<T extends Primitive>(values: readonly T[], weight: (value: T) => number): fc.Arbitrary<T> {
  return new Ordered(
    values,
    values.flatMap((value) => new Array<T>(weight(value)).fill(value)),
  )
}

class Gentler<T> extends fc.Arbitrary<T> {
  readonly #inner: fc.Arbitrary<T>
  readonly #mildest: T

  constructor(inner: fc.Arbitrary<T>, mildest: T) {
    super()
    this.#inner = inner
    this.#mildest = mildest
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    return this.#inner.generate(random, bias)
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#inner.canShrinkWithoutContext(value)
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    const same = JSON.stringify(value) === JSON.stringify(this.#mildest)
    if (same) return fc.Stream.nil()
    return fc.Stream.of(new fc.Value(this.#mildest, undefined)).join(this.#inner.shrink(value, context))
  }
}

/** As `inner`, but what it makes is first tried as `mildest` when it shrinks; `inner` must be able to make that too. */
export const gentler = <T>(inner: fc.Arbitrary<T>, mildest: T): fc.Arbitrary<T> => new Gentler(inner, mildest)
