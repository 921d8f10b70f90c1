import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { messageOf, UsageError } from '../errors.ts'
import { renderJson } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'

interface ReportFile {
  readonly path: string
  readonly render: (certificate: Certificate) => string
}

/** Tries the files before the run, so that a path that cannot be written costs no run, and leaves nothing behind. */
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
  if (file === '') throw new UsageError(`${option} is empty: give a path`)
  const path = resolve(cwd, file)
  try {
    const made = mkdirSync(dirname(path), { recursive: true })
    if (isSpecial(path)) writeFileSync(path, '', { flag: 'a' })
    else {
      writeFileSync(asideOf(path), '')
      rmSync(asideOf(path))
    }
    if (made !== undefined) rmSync(made, { recursive: true })
  } catch (error) {
    const why = messageOf(error)
    throw new UsageError(`${option} ${file}: this file cannot be written (${why}); give another path`)
  }
  return path
}

/** Written to a temporary name and then moved into place, so that a report is never incomplete. */
export function writeReports(files: readonly ReportFile[], certificate: Certificate): void {
  for (const { path, render } of files) {
    mkdirSync(dirname(path), { recursive: true })
    const text = render(certificate)
    if (isSpecial(path)) writeFileSync(path, text)
    else {
      writeFileSync(asideOf(path), text)
      renameSync(asideOf(path), path)
    }
  }
}

const asideOf = (path: string): string => `${path}.${process.pid}.part`

/** What is there already and no plain file, such as a pipe, a terminal or a link, must be written to, not replaced. */
const isSpecial = (path: string): boolean => existsSync(path) && !lstatSync(path).isFile()
