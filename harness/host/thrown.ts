/** What the harness's handlers reject with. */

const told = (secret: string): string => `cannot store the order at postgres://app:${secret}@db.internal/orders`

/** Permanent: its `retryable` is false. */
export const rejection = (secret: string): Error =>
  Object.assign(new Error(told(secret)), { code: 'HANDLER_REJECTED', effect: 'none', retryable: false })

/**
 * What may be tried again, another thing at each turn: a handler is an application's code, which may throw anything, or
 * reject with nothing at all.
 */
export function thrownAtTurn(turn: number, secret: string): unknown {
  const message = told(secret)
  const code = 'HANDLER_UNAVAILABLE'
  const things = [
    Object.assign(new Error(message), { code, effect: 'none', retryable: true }),
    new TypeError(message),
    message,
    { message, code },
    undefined,
  ]
  return things[turn % things.length]
}
