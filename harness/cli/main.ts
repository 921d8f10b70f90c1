#!/usr/bin/env node
import process from 'node:process'
import { compileLate } from '../compile-late.ts'
import { runProgram } from './program.ts'

/** Whatever is still open after the last word must not keep the process alive for longer than this, ms. */
const GRACE = 2_000

compileLate()

/** The reader may close the pipe early, as `head` does: the work continues, and this is not a failure. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signals: process,
  exit: (code) => process.exit(code),
})
setTimeout(() => process.exit(), GRACE).unref()
