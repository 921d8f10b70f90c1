/** Runs the command line in this process, for tests. */
import { EventEmitter } from 'node:events'
import type { Io } from './io.ts'
import { runProgram } from './program.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export async function run(argv: readonly string[], cwd: string = process.cwd(), env: Io['env'] = {}): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(argv, {
    stdout: {
      write: (text) => {
        stdout += text
      },
    },
    stderr: {
      write: (text) => {
        stderr += text
      },
    },
    env,
    cwd,
    signals: new EventEmitter(),
    exit: () => undefined,
  })
  return { code, stdout, stderr }
}
