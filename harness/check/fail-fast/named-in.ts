import type { Ledger } from '../tracker/ledger.ts'

/** The messages that a text of the adapter names, so that a violation can name them. */
export const namedIn = ({ operations }: Ledger, texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.match(/[\w-]+/g) ?? []).filter((word) => operations.get(word) !== undefined)
