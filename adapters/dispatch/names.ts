/** Names of topics that are made of parts. */

/** A part of a name: what it is called, and what it takes. */
export interface NamePart {
  readonly name: string
  readonly takes: (text: string) => boolean
}

export interface TopicNaming {
  /** The parts of a name; null if it is none. */
  readonly parse: (name: string) => Readonly<Record<string, string>> | null
  /** Throws a RangeError that names the part if one is missing, or has a value that it does not take. */
  readonly print: (parts: Readonly<Record<string, string>>) => string
}

/** Names with these parts, in this order; none of them takes a text with the separator in it. */
export function topicNaming(separator: string, parts: readonly NamePart[]): TopicNaming {
  return {
    parse(name) {
      const texts = name.split(separator)
      if (texts.length !== parts.length) return null
      const found = parts.map((part, index) => [part, texts[index] ?? ''] as const)
      if (!found.every(([part, text]) => part.takes(text))) return null
      return Object.fromEntries(found.map(([part, text]) => [part.name, text]))
    },
    print: (given) =>
      parts
        .map(({ name, takes }) => {
          const text = given[name]
          if (text === undefined) throw new RangeError(`the name of a topic needs the part ${name}: give it`)
          if (text.includes(separator) || !takes(text))
            throw new RangeError(`the part ${name} of a topic's name cannot be ${JSON.stringify(text)}`)
          return text
        })
        .join(separator),
  }
}
