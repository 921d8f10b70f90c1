import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failedCertificate } from '../report/certificate.case.ts'
import { tellWorkflow } from './workflow.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'busproof-workflow-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function told(env: Record<string, string>): { readonly out: string; readonly err: string } {
  const out: string[] = []
  const err: string[] = []
  const into = (said: string[]) => ({ write: (text: string) => said.push(text) })
  tellWorkflow(failedCertificate, { env, stdout: into(out), stderr: into(err) })
  return { out: out.join(''), err: err.join('') }
}

test('in a workflow, the run is annotated and the summary of the step grows', () => {
  const file = join(folder, 'summary.md')
  writeFileSync(file, '# before\n')
  expect(told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }).out).toMatch(/^::error title=ordering\/1 /)
  expect(readFileSync(file, 'utf8')).toMatch(/^# before\n## NOT CERTIFIED/)
})

test('elsewhere nothing is said', () => {
  expect(told({ GITHUB_STEP_SUMMARY: join(folder, 'summary.md') })).toEqual({ out: '', err: '' })
})

test('a summary that cannot be written costs no certificate', () => {
  const { out, err } = told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'none', 'summary.md') })
  expect(out).toContain('::error')
  expect(err).toMatch(/^the summary of the step cannot be written: /)
})
