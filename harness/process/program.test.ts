import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startProgram } from './program.ts'

const node = (script: string): Promise<Awaited<ReturnType<typeof startProgram>>> =>
  startProgram(process.execPath, ['-e', script])

describe('a program that the harness starts', () => {
  it('is interrupted when it is stopped', async () => {
    const program = await node(
      "process.on('SIGINT', () => { console.log('in good order'); process.exit() }); setInterval(() => {}, 1000); console.log('up')",
    )
    expect(program.running()).toBe(true)
    await saying(program, 'up')
    await program.stop()
    expect(program.running()).toBe(false)
    expect(await program.ended).toBe('up\nin good order')
  })

  it('is killed when it does not end in time', async () => {
    const program = await node(
      "process.on('SIGINT', () => console.log('no')); setInterval(() => {}, 1000); console.log('up')",
    )
    await saying(program, 'up')
    await program.stop(200)
    expect(await program.ended).toBe('up\nno')
  })

  it('tells that it ended by itself, and what it said last', async () => {
    const program = await node("console.error('cannot go on')")
    expect(await program.ended).toBe('cannot go on')
    expect(program.running()).toBe(false)
    await program.stop()
  })

  it('is paused and goes on', async () => {
    const program = await node("let n = 0; setInterval(() => console.log('tick', n++), 5)")
    await saying(program, 'tick')
    expect(await program.pause()).toBe(true)
    // What it had already said may still be on its way.
    await quiet(program)
    const stopped = program.said()
    expect(program.running()).toBe(true)
    expect(program.resume()).toBe(true)
    while (program.said() === stopped) await new Promise((resolve) => setTimeout(resolve, 5))
    await program.stop()
    expect(await program.pause()).toBe(false)
    expect(program.resume()).toBe(false)
  })

  it.runIf(existsSync('/proc/self/task'))('has come to a stop once it is paused: every thread of it', async () => {
    const script = `
      const { Worker } = require('node:worker_threads')
      const count = 'for (let n = 0; ; n++) Math.sqrt(n)'
      for (let n = 0; n < 8; n++) new Worker(count, { eval: true })
      console.log('up', process.pid)
    `
    const program = await node(script)
    await saying(program, 'up')
    const pid = /up (\d+)/.exec(program.said())?.[1]
    for (let times = 0; times < 20; times++) {
      expect(await program.pause()).toBe(true)
      expect(states(`/proc/${pid}/task`)).toMatch(/^T{9,}$/)
      program.resume()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await program.stop()
  })

  it('is ended by SIGKILL where that is asked for, even while it is stopped', async () => {
    const script = "process.on('SIGINT', () => console.log('no')); setInterval(() => {}, 1000); console.log('up')"
    const program = await startProgram(process.execPath, ['-e', script], { end: 'SIGKILL' })
    await saying(program, 'up')
    await program.pause()
    await program.stop()
    expect(program.running()).toBe(false)
    expect(await program.ended).toMatch(/^up/)
    expect(await program.ended).not.toContain('no')
  })

  it('says so when there is no such program', async () => {
    const program = await startProgram('/absent/program', [])
    expect(await program.ended).toMatch(/\/absent\/program: .*(not found|No such file)/)
  })
})

/** Waits until the program has said it, for as long as the test may run. */
async function saying(program: Awaited<ReturnType<typeof startProgram>>, text: string): Promise<void> {
  while (!program.said().includes(text)) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** One letter for each thread. */
const states = (folder: string): string =>
  readdirSync(folder)
    .map((thread) =>
      readFileSync(`${folder}/${thread}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .charAt(0),
    )
    .join('')

/** Waits until it has said nothing for a while. */
async function quiet(program: Awaited<ReturnType<typeof startProgram>>): Promise<void> {
  for (let before = ''; before !== program.said(); ) {
    before = program.said()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
