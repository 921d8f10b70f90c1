import { appendFileSync } from 'node:fs'
import type { Certificate } from '../certificate/certificate.ts'
import { messageOf } from '../errors.ts'
import { renderAnnotations, renderSummary } from '../report/github.ts'
import type { Io } from './io.ts'

/** In a workflow of GitHub Actions: annotates the run, and adds to the summary of the step. Elsewhere nothing. */
export function tellWorkflow(
  certificate: Certificate,
  { env, stdout, stderr }: Pick<Io, 'env' | 'stdout' | 'stderr'>,
): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return
  stdout.write(renderAnnotations(certificate))
  const file = env['GITHUB_STEP_SUMMARY']
  if (file === undefined || file === '') return
  try {
    appendFileSync(file, renderSummary(certificate))
  } catch (error) {
    // The certificate counts, wherever it can be read.
    stderr.write(`the summary of the step cannot be written: ${messageOf(error)}\n`)
  }
}
