/** Compares a story with the stored one: new lines are marked `+`, removed ones `-`. */

export interface ComparedStories {
  /** The new story; marked in its margin where it is another. */
  readonly lines: readonly string[]
  /** What the comparison has shown. */
  readonly sentence: string
}

/** `exact`: times count too, as in virtual time; on real clocks they always differ, and so does how much was elided. */
export function compareStories(
  before: readonly string[],
  now: readonly string[],
  { exact }: { readonly exact: boolean },
): ComparedStories {
  const same = (one: string, other: string): boolean =>
    one === other || (!exact && withoutTimes(one) === withoutTimes(other))
  const steps = align(before, now, same)
  const first = steps.findIndex(({ mark }) => mark !== ' ')
  if (first < 0) {
    const but = exact || before.every((line, index) => line === now[index]) ? '' : ', except for times'
    return { lines: now, sentence: `The story is the same as the stored one${but}.` }
  }
  const line = steps.slice(0, first).length + 1
  return {
    lines: steps.map(({ mark, text }) => `${mark} ${text}`.trimEnd()),
    sentence: `This story differs from the stored one from line ${line} on: + marks new lines, - removed ones${exact ? '' : '; times are not compared'}.`,
  }
}

/** The time that a line of the timeline begins with, and those in sentences; how many lines are left out between. */
const withoutTimes = (line: string): string =>
  line
    .replace(/^([▶ ]) *\d+(\.\d+)? │/, '$1 │')
    .replace(/\d+(\.\d+)? ms\b/g, 'some ms')
    .replace(/⋮ [\d,]+ more events?/, '⋮ more events')

interface Step {
  readonly mark: ' ' | '+' | '-'
  readonly text: string
}

/** The longest lines in common stay; stories are short, so the plain table of all pairs will do. */
function align(before: readonly string[], now: readonly string[], same: (a: string, b: string) => boolean): Step[] {
  const longest = before.map(() => new Array<number>(now.length + 1).fill(0))
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const row = longest[i]
      if (row === undefined) continue
      row[j] = same(before[i] ?? '', now[j] ?? '') ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const steps: Step[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < now.length) {
    const gone = before[i]
    const fresh = now[j]
    if (gone !== undefined && fresh !== undefined && same(gone, fresh)) {
      steps.push({ mark: ' ', text: fresh })
      i += 1
      j += 1
    } else if (gone !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      steps.push({ mark: '-', text: gone })
      i += 1
    } else if (fresh !== undefined) {
      steps.push({ mark: '+', text: fresh })
      j += 1
    }
  }
  return steps
}
