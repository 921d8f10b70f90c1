import { styleText } from 'node:util'

export type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold'
/** Sets colour on a text, or leaves it alone. */
export type Paint = (colour: Colour, text: string) => string

export const plain: Paint = (_colour, text) => text
const painted: Paint = (colour, text) => styleText(colour, text, { validateStream: false })

/** Colours only for a terminal, and never where NO_COLOR is set to anything. */
export const paintFor = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint => (stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' ? painted : plain)
