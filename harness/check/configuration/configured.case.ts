import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine } from '../testing/examine.case.ts'
import { type Happening, opened } from '../testing/story.case.ts'

/** Judges what happened to configurations of `exampleConfiguration` by this clause of the area. */
export const judging =
  (clause: `configuration/${1 | 2 | 3 | 4}`) =>
  (...happened: readonly Happening[]) =>
    examine(clause, [opened(0), ...happened], { claims: ALL_CLAIMS })
