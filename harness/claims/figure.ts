/** A number that the adapter must adhere to. All times are in milliseconds. */
export type Figure =
  | { readonly fixed: number }
  | { readonly default: number; readonly min: number; readonly max: number }

export const fixed = (value: number): Figure => ({ fixed: value })
export const settable = (value: number, min: number, max: number): Figure => ({ default: value, min, max })

export const isFigure = (value: unknown): value is Figure =>
  typeof value === 'object' &&
  value !== null &&
  ('fixed' in value || ('default' in value && 'min' in value && 'max' in value))

/** The value at a dotted path of claims, or undefined. */
export const valueAt = (claims: object, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined,
      claims,
    )
