/** Bytes of Kafka's protocol: big-endian numbers, and varints inside record batches. */

/** What is not what Kafka's protocol says it must be. */
export class MalformedBytes extends Error {
  override readonly name = 'MalformedBytes'
}

/** Collects bytes. */
export class Output {
  readonly #parts: Buffer[] = []

  /** An integer of 1, 2 or 4 bytes. */
  integer(value: number, size: 1 | 2 | 4): void {
    const part = Buffer.alloc(size)
    part.writeIntBE(value, 0, size)
    this.#parts.push(part)
  }

  long(value: number): void {
    const part = Buffer.alloc(8)
    part.writeBigInt64BE(BigInt(value))
    this.#parts.push(part)
  }

  bytes(part: Uint8Array): void {
    this.#parts.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/** Reads bytes from the front; rejects reading past their end with {@link MalformedBytes}. */
export class Input {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  integer(size: 1 | 2 | 4): number {
    return this.#bytes.readIntBE(this.#advance(size), size)
  }

  /** As a number: exact up to 2^53, which no offset reaches. */
  long(): number {
    return Number(this.#bytes.readBigInt64BE(this.#advance(8)))
  }

  /** Zigzag, so that small negative numbers are short too. */
  varint(): number {
    const bits = this.#sevens()
    return Number((bits >> 1n) ^ -(bits & 1n))
  }

  /** A varint that is never negative. */
  unsigned(): number {
    return Number(this.#sevens())
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Seven bits a byte, the lowest first. */
  #sevens(): bigint {
    let bits = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes.readUInt8(this.#advance(1))
      bits |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return bits
    }
    throw new MalformedBytes('a varint goes on for more than ten bytes')
  }

  #advance(length: number): number {
    if (length < 0 || length > this.left) {
      throw new MalformedBytes(`${length} bytes were to follow, and ${this.left} are left`)
    }
    const start = this.#at
    this.#at += length
    return start
  }
}
