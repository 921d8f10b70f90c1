import type { Ledger } from '../tracker/ledger.ts'

/** The messages that a text of the adapter names: what it wrote or threw tells which one it was about. */
export const namedIn = ({ operations }: Ledger, texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.match(/[\w-]+/g) ?? []).filter((word) => operations.get(word) !== undefined)
