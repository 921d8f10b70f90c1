/** Reads what a bus exposes in the text format of Prometheus, version 0.0.4, and says what is wrong with it. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Exposition {
  readonly samples: readonly Sample[]
  /** The first line that breaks the format, and how; null if none does. */
  readonly wrong: string | null
}

const METRIC = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const COMMENT = new RegExp(`^[ \\t]*#[ \\t]+(HELP|TYPE)[ \\t]+(${METRIC})(?:[ \\t]+(.*?))?[ \\t]*$`)
const SAMPLE = new RegExp(
  `^[ \\t]*(${METRIC})(?:[ \\t]*\\{(.*)\\}[ \\t]*|[ \\t]+)([^ \\t{}]+)(?:[ \\t]+-?\\d+)?[ \\t]*$`,
)
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\["\\n])*)"[ \t]*(?:,[ \t]*|$)/y
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf|nan)$/i
const TYPES: readonly string[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped']
/** What the samples of a histogram, or of a summary, end in after the name of the metric. */
const ENDINGS = /_(?:bucket|sum|count)$/

export function parseExposition(text: string): Exposition {
  const samples: Sample[] = []
  const types = new Map<string, string>()
  /** The metric that the present lines are about, and all before it. */
  let group = ''
  const groups = new Set<string>()
  const series = new Set<string>()
  let wrong: string | null = null
  const lines = text.split('\n')
  const blame = (index: number, what: string): void => {
    wrong ??= `line ${index + 1} ${what}: ${lines[index]}`
  }
  if (lines.at(-1) !== '') blame(lines.length - 1, 'does not end')

  const enter = (metric: string, index: number): void => {
    if (metric === group) return
    group = metric
    if (groups.has(metric)) blame(index, `comes back to ${metric} after another metric`)
    groups.add(metric)
  }

  const readComment = (line: string, index: number): void => {
    const [, what, metric = '', rest = ''] = COMMENT.exec(line) ?? []
    if (what === undefined) return
    enter(metric, index)
    if (what !== 'TYPE') return
    if (!TYPES.includes(rest)) blame(index, `names a type that there is not, ${rest}`)
    if (types.has(metric)) blame(index, `names the type of ${metric} again`)
    if (samples.some(({ name }) => name === metric)) blame(index, `names the type of ${metric} after its samples`)
    types.set(metric, rest)
  }

  const readSample = (line: string, index: number): void => {
    const [, name = '', inBraces = '', number = ''] = SAMPLE.exec(line) ?? []
    const labels = labelsIn(inBraces)
    const value = numberIn(number)
    if (name === '' || labels === null || value === null) {
      blame(index, 'is no sample')
      return
    }
    const metric = name.replace(ENDINGS, '')
    enter(['histogram', 'summary'].includes(types.get(metric) ?? '') ? metric : name, index)
    const id = JSON.stringify([name, Object.entries(labels).toSorted()])
    if (series.has(id)) blame(index, 'tells a series again')
    series.add(id)
    if (types.get(name) === 'counter' && !(value >= 0)) blame(index, 'tells a counter below 0')
    samples.push({ name, labels, value })
  }

  for (const [index, line] of lines.entries()) {
    if (line.trimStart().startsWith('#')) readComment(line, index)
    else if (line.trim() !== '') readSample(line, index)
  }
  return { samples, wrong }
}

/** Null where they are no labels. */
export function labelsIn(text: string): Readonly<Record<string, string>> | null {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined || Object.hasOwn(labels, name)) return null
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

/** Null for what is no number. */
function numberIn(text: string): number | null {
  if (!NUMBER.test(text)) return null
  const lower = text.toLowerCase().replace('+', '')
  if (lower === 'nan') return Number.NaN
  if (lower === 'inf') return Number.POSITIVE_INFINITY
  return lower === '-inf' ? Number.NEGATIVE_INFINITY : Number(lower)
}
