/** Names on JetStream: of streams, and of the subjects in them. */

const ALLOWED = /[^A-Za-z0-9_-]/gu

/** One token of a subject, which is also a stream's name: whatever means something there is escaped. */
export const token = (name: string): string =>
  name.replace(ALLOWED, (char) => Buffer.from(char).reduce((text, byte) => `${text}%${hex(byte)}`, ''))

/** What {@link token} was made of. */
export const named = (escaped: string): string => decodeURIComponent(escaped)

export const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0')

/** The stream of a topic; a subject in it for each partition. */
export const streamOf = (topic: string): string => token(topic)
export const subjectOf = (topic: string, partition: number): string => `${token(topic)}.${partition}`

/** The stream of a run's groups. A bare % is no escape, so that no topic's stream has this name. */
export const groupsOf = (prefix: string): string => `${token(prefix)}%groups`
/** Who is a member of the group, and what each owns. */
export const membersSubject = (prefix: string, group: string): string => `${groupsOf(prefix)}.${token(group)}`
/** Where the group stands in a partition. */
export const positionSubject = (prefix: string, group: string, topic: string, partition: number | '*'): string =>
  `${membersSubject(prefix, group)}.${token(topic)}.${partition}`
