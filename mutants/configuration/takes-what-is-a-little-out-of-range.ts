import { numbersChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A number is refused only if it is at least a tenth of its range away from it, and else moved into it.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(
      numbersChanged(sources, (given, { least, most }) => {
        const nearest = Math.min(most, Math.max(least, given))
        return Math.abs(given - nearest) < (most - least) / 10 ? nearest : given
      }),
    ),
}

export default brokenOnex(defect)
