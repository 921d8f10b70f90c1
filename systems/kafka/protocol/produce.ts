/** Produce requests as clients send them, read off the wire: what each one asks to store. */
import { SiteError } from '../../../harness/errors.ts'
import type { RequestedMessage, RequestReader } from '../../../harness/system-contract.ts'
import { Input, MalformedBytes } from './bytes.ts'
import { createFrames } from './connection.ts'
import { decodeRecords } from './records.ts'
import { array, int16, int32, nullableBytes, nullableString, string, struct } from './types.ts'

const PRODUCE = 0
/** Older ones have no record batches. */
const FIRST = 3
/** From this one on, lengths are varints, one more than they say, and structs end with tagged fields. */
const FLEXIBLE = 9
/** From this one on, topics are named by ids. */
const BY_ID = 13

/** A reader for one connection. It throws SiteError for a request that it cannot read. */
export function createRequestReader(): RequestReader {
  let requested: RequestedMessage[] = []
  const take = createFrames((frame) => requested.push(...messagesIn(new Input(frame))))
  return (bytes) => {
    requested = []
    try {
      take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (error) {
      throw error instanceof SiteError ? error : unreadable(error)
    }
    return requested
  }
}

const unreadable = (error: unknown): SiteError =>
  new SiteError(
    `the link cannot read the client's data as requests of the Kafka protocol (${error instanceof Error ? error.message : String(error)}): ` +
      'configure the adapter to use plaintext, without TLS',
    { cause: error },
  )

function messagesIn(request: Input): readonly RequestedMessage[] {
  const key = request.integer(2)
  if (key !== PRODUCE) return []
  const version = request.integer(2)
  if (version < FIRST || version >= BY_ID) {
    throw new SiteError(
      `the link cannot read Produce requests of version ${version}: configure the client to use ${FIRST} to ${BY_ID - 1}`,
    )
  }
  request.integer(4) // The number that the answer repeats.
  nullableString.read(request) // The client's name, which is not compact in any version.
  const topics = version >= FLEXIBLE ? flexibleTopics(request) : body.read(request).topics
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ records }) =>
      decodeRecords(records ?? new Uint8Array()).records.map(({ headers }) => ({ topic: name, headers })),
    ),
  )
}

interface Topic {
  readonly name: string
  readonly partitions: readonly { readonly records: Uint8Array | null }[]
}

const body = struct({
  transaction: nullableString,
  acks: int16,
  timeout: int32,
  topics: array(struct({ name: string, partitions: array(struct({ partition: int32, records: nullableBytes })) })),
})

function flexibleTopics(request: Input): readonly Topic[] {
  skipTags(request) // Of the header.
  compactBytes(request) // The transaction.
  request.integer(2) // Acknowledgements.
  request.integer(4) // Time-out.
  return compactArray(request, () => {
    const name = compactBytes(request)?.toString() ?? ''
    const partitions = compactArray(request, () => {
      request.integer(4) // The partition.
      const records = compactBytes(request)
      skipTags(request)
      return { records }
    })
    skipTags(request)
    return { name, partitions }
  })
}

function compactArray<T>(input: Input, item: () => T): readonly T[] {
  const length = input.unsigned() - 1
  if (length > input.left) throw new MalformedBytes(`an array of ${length} in ${input.left} bytes`)
  return Array.from({ length: Math.max(0, length) }, item)
}

function compactBytes(input: Input): Buffer | null {
  const length = input.unsigned() - 1
  return length < 0 ? null : input.bytes(length)
}

function skipTags(input: Input): void {
  for (let left = input.unsigned(); left > 0; left--) {
    input.unsigned()
    input.bytes(input.unsigned())
  }
}
