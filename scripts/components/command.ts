import { execFile } from 'node:child_process'

export interface Ran {
  /** Exit code; null when the program could not be started at all. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; never rejects. */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, stdout, stderr })
    })
  })
}

/** The last lines of what a failed program said. */
export const lastLines = (text: string, count = 5): string => text.trim().split('\n').slice(-count).join('\n')
