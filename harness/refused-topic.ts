/** The full name of the topic of which the system refuses every message for good, in runs whose plan publishes to it. */
export const refusedTopicOf = (prefix: string): string => `${prefix}refused`
