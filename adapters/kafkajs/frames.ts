/**
 * A socket from which only whole responses can be read. If a connection breaks, kafkajs keeps the first part of a response
 * and takes the bytes of the next connection for its rest: it then reads nonsense, or throws where nothing can catch it.
 */
import { Socket } from 'node:net'

/** A frame is its length as a 32-bit number, then as many bytes. */
const LENGTH = 4

export class FrameSocket extends Socket {
  #parts: Buffer[] = []
  #held = 0
  /** Bytes that must be held before there is anything to give. */
  #needed = LENGTH

  override push(chunk: Buffer | null): boolean {
    if (chunk === null) return super.push(null)
    this.#parts.push(chunk)
    this.#held += chunk.length
    if (this.#held < this.#needed) return true
    const held = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts)
    const whole = wholeFrames(held)
    const rest = held.subarray(whole)
    this.#parts = rest.length === 0 ? [] : [rest]
    this.#held = rest.length
    this.#needed = rest.length < LENGTH ? LENGTH : LENGTH + rest.readInt32BE(0)
    return whole === 0 || super.push(held.subarray(0, whole))
  }
}

/** How many bytes from the start are whole frames. */
export function wholeFrames(bytes: Buffer): number {
  let end = 0
  while (end + LENGTH <= bytes.length) {
    const next = end + LENGTH + bytes.readInt32BE(end)
    if (next > bytes.length) break
    end = next
  }
  return end
}
