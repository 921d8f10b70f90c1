/**
 * The requests that the witness makes are data: each in a version before Kafka's flexible encoding that both Kafka, 2.3 to
 * 4.x, and Redpanda take. Fields and their order are those of Kafka's protocol guide.
 */
import type { Type } from './types.ts'

export interface Api<Question, Answer> {
  readonly name: string
  readonly key: number
  readonly version: number
  readonly request: Type<Question>
  readonly response: Type<Answer>
}

export const api = <Question, Answer>(
  name: string,
  key: number,
  version: number,
  request: Type<Question>,
  response: Type<Answer>,
): Api<Question, Answer> => ({ name, key, version, request, response })
