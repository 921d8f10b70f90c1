/** Turns a throw of the adapter's method itself into a rejection. */
export const attempt = async <T>(call: () => Promise<T>): Promise<T> => await call()
