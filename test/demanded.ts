/** Whether BUSPROOF_REQUIRE lists it, or is `all`. */
export const isDemanded = (name: string): boolean =>
  (process.env['BUSPROOF_REQUIRE'] ?? '').split(/[\s,]+/).some((demand) => demand === name || demand === 'all')
