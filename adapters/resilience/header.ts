import type { Message } from '../../harness/adapter.ts'

const utf8 = new TextDecoder()

/** The first header of this name as text; undefined if there is none. */
export function headerText({ headers }: Message, name: string): string | undefined {
  const found = headers.find(([one]) => one === name)
  return found && utf8.decode(found[1])
}
