import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import type { Compared } from '../certificate/compare.ts'
import { messageOf, UsageError } from '../errors.ts'
import { renderBadge } from '../report/badge.ts'
import { renderHtml } from '../report/html/page.ts'
import { renderJson } from '../report/json.ts'
import { renderJunit } from '../report/junit.ts'

interface ReportFile {
  readonly path: string
  readonly render: (certificate: Certificate, compared: Compared | null) => string
}

/** Each is written by an option of its name. */
const RENDERERS = { json: renderJson, junit: renderJunit, html: renderHtml, badge: renderBadge } as const
type ReportName = keyof typeof RENDERERS
const REPORTS = Object.keys(RENDERERS) as readonly ReportName[]

/** The wanted path of each report. */
export type ReportPaths = { readonly [name in ReportName]?: string | undefined }

/** Tries the files before the run, so that a path that cannot be written costs no run, and leaves nothing behind. */
export const prepareReports = (wanted: ReportPaths, cwd: string): readonly ReportFile[] =>
  REPORTS.flatMap((name) => {
    const file = wanted[name]
    return file === undefined ? [] : [{ path: prepare(`--${name}`, file, cwd), render: RENDERERS[name] }]
  })

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
export function writeReports(
  files: readonly ReportFile[],
  certificate: Certificate,
  compared: Compared | null = null,
): void {
  for (const { path, render } of files) {
    mkdirSync(dirname(path), { recursive: true })
    const text = render(certificate, compared)
    if (isSpecial(path)) writeFileSync(path, text)
    else {
      // Flushed, so that the machine may lose its power at any time.
      writeFileSync(asideOf(path), text, { flush: true })
      renameSync(asideOf(path), path)
    }
  }
}

const asideOf = (path: string): string => `${path}.${process.pid}.part`

/** What is there already and no plain file, such as a pipe, a terminal or a link, must be written to, not replaced. */
const isSpecial = (path: string): boolean => existsSync(path) && !lstatSync(path).isFile()
