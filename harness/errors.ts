/** The errors that all folders share, and the exit codes that they lead to. */

/** A mistake of the caller: one sentence that names the place and says what to do. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
/** The site or the harness failed, not the adapter. Exit code 3. */
export class SiteError extends Error {
  override readonly name: string = 'SiteError'
}
/** A failure of the site that a fresh attempt may cure: something did not answer in time, or a port was taken meanwhile. */
export class PassingError extends SiteError {
  override readonly name: string = 'PassingError'
}
/** A run could not be prepared, and nothing of it was made: what carries its prefix, if anything does, is somebody else's. */
export class PrefixInUseError extends SiteError {
  override readonly name = 'PrefixInUseError'
}

/** What was thrown, as a sentence of its own; it may be anything. */
export const messageOf = (thrown: unknown): string => {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message)
    return String(thrown)
  } catch {
    return 'what was thrown has a message that cannot be read'
  }
}
