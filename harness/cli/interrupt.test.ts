import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'

function fakeIo(): { io: Io; signals: EventEmitter; exits: number[] } {
  const signals = new EventEmitter()
  const exits: number[] = []
  const output = { write: () => undefined }
  const exit = (code: number): void => void exits.push(code)
  return { io: { stdout: output, stderr: output, env: {}, cwd: '.', signals, exit }, signals, exits }
}

describe('an interrupt', () => {
  test.each(['SIGINT', 'SIGTERM'])('by %s aborts the work, which may still end in its own way', async (signal) => {
    const { io, signals, exits } = fakeIo()
    let reports = 'not written'
    const code = await interruptible(io, async (aborted) => {
      signals.emit(signal)
      if (aborted.aborted) reports = 'written'
      return 0
    })
    expect([code, reports, exits]).toEqual([130, 'written', []])
    expect(signals.listenerCount(signal)).toBe(0)
  })

  test('makes work that rejects because of it end with 130 too', async () => {
    const { io, signals } = fakeIo()
    const code = await interruptible(io, async (aborted) => {
      signals.emit('SIGINT')
      aborted.throwIfAborted()
      return 0
    })
    expect(code).toBe(130)
  })

  test('given twice ends the process at once', async () => {
    const { io, signals, exits } = fakeIo()
    await interruptible(io, async () => {
      signals.emit('SIGINT')
      signals.emit('SIGTERM')
      return 0
    })
    expect(exits).toEqual([130])
  })

  test('that does not come leaves code and errors as they are', async () => {
    const { io } = fakeIo()
    expect(await interruptible(io, async () => 4)).toBe(4)
    await expect(interruptible(io, () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
  })
})
