import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { UsageError } from '../certify-options.ts'
import { renderJson } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'

interface ReportFile {
  readonly path: string
  readonly render: (certificate: Certificate) => string
}

/** Makes the files before the run, so that a path that cannot be written costs no run. */
export function prepareReports(
  wanted: { readonly json: string | undefined; readonly junit: string | undefined },
  cwd: string,
): readonly ReportFile[] {
  const files: ReportFile[] = []
  if (wanted.json !== undefined) files.push({ path: prepare('--json', wanted.json, cwd), render: renderJson })
  if (wanted.junit !== undefined) files.push({ path: prepare('--junit', wanted.junit, cwd), render: renderJunit })
  return files
}

function prepare(option: string, file: string, cwd: string): string {
  const path = resolve(cwd, file)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '', { flag: 'a' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${option} ${file}: this file cannot be written (${why}); give another path`)
  }
  return path
}

export function writeReports(files: readonly ReportFile[], certificate: Certificate): void {
  for (const { path, render } of files) writeFileSync(path, render(certificate))
}
