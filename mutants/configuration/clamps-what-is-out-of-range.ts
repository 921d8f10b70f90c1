import { numbersChanged } from '../configuration-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A number out of its range is moved to the nearest that is allowed, in silence.',
  must: ['configuration/1'],
  minimal: 'configured',
  configure: (read, sources) =>
    read(numbersChanged(sources, (given, { least, most }) => Math.min(most, Math.max(least, given)))),
}

export default brokenOnex(defect)
