/** A real program that npm cannot bring. The list of them stands in `scripts/components.ts`. */
export interface Component {
  readonly name: string
  /** Where it was found, and its version where that can be told; null when it is not here. */
  present(): Promise<string | null>
  /** Brings it. Rejects with {@link CannotInstall} when this machine lacks what that takes. */
  install(say: (line: string) => void): Promise<void>
}

/** One sentence: what is missing and how to get it. */
export class CannotInstall extends Error {
  override readonly name = 'CannotInstall'
}
