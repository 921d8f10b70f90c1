/** The certificate as a badge: a small SVG for a README or a page of builds. */
import type { Certificate, VerdictName } from '../certificate/certificate.ts'
import { clausesWith } from './clauses.ts'
import { text as markup } from './html/markup.ts'

/** Width of a letter of the badge's 11 px font on average, and of the blanks around a text, px. */
const LETTER = 6.6
const BLANKS = 12

const COLOURS = { good: '#2e7d32', partly: '#8a6d00', bad: '#b3261e', open: '#55606a' } as const

interface Said {
  readonly text: string
  readonly colour: string
}

export function renderBadge(certificate: Certificate): string {
  const { text, colour } = said(certificate)
  const [left, right] = ['busproof', text].map((part) => Math.ceil(part.length * LETTER) + BLANKS) as [number, number]
  const label = (part: string, x: number): string => `<text x="${x}" y="14">${markup(part)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="busproof: ${markup(text)}">`,
    `<title>busproof: ${markup(text)}</title>`,
    `<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#333a40"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/></g>`,
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">${label('busproof', left / 2)}${label(text, left + right / 2)}</g>`,
    '</svg>\n',
  ].join('\n')
}

function said(certificate: Certificate): Said {
  const { certified, effort, level, error } = certificate
  const count = (name: VerdictName): number => clausesWith(certificate, name).length
  if (count('fail') > 0) return { text: `${count('fail')} violated`, colour: COLOURS.bad }
  if (error !== null || count('error') > 0) return { text: 'not judged', colour: COLOURS.open }
  if (certified && count('waived') === 0) return { text: level, colour: COLOURS.good }
  if (certified) return { text: `${level}, ${count('waived')} waived`, colour: COLOURS.partly }
  if (effort === 'quick') return { text: 'quick look', colour: COLOURS.open }
  return { text: 'not certified', colour: COLOURS.bad }
}
