import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { processAt, runs } from './identity.ts'

it('knows a process by its number and when it began', () => {
  const self = processAt(process.pid)
  expect(self).toEqual(processAt(process.pid))
  expect(self?.pid).toBe(process.pid)
  expect(runs({ pid: process.pid, started: self?.started ?? '' })).toBe(true)
  expect(runs({ pid: process.pid, started: `1${self?.started}` })).toBe(false)
  expect(processAt(process.ppid)?.started).not.toBe(self?.started)
})

it('knows the group of a process', () => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  expect(processAt(child.pid ?? 0)?.group).toBe(child.pid)
  child.kill()
  expect(processAt(process.pid)?.group).not.toBe(child.pid)
})

it('takes a process that has ended for ended, before its parent has collected it', () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  expect(processAt(pid)).not.toBeNull()
  child.kill('SIGKILL')
  // Node collects it no sooner than this test returns.
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; processAt(pid) !== null && tries < 500; tries++) Atomics.wait(pause, 0, 0, 10)
  expect(processAt(pid)).toBeNull()
  expect(process.kill(pid, 0)).toBe(true)
})
