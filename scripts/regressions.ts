/**
 * Tries every regression: the version of a client library that has a known bug must be caught by the clauses that speak of
 * it, and the version without it by none. A line each, with what `certify` ends with: 4 for a version that is as it must
 * be, since one plan has few occasions. Ends with an error unless all came out as they must.
 *
 * `npm run regressions [-- NAME...]`: regressions whose folder contains a NAME.
 */
import { SiteError } from '../harness/errors.ts'
import { plural } from '../harness/text.ts'
import { REGRESSIONS, type Regression } from '../regressions/index.ts'
import { judgeVersion, VERSIONS, type Version } from '../regressions/judge.ts'
import { refuseUnknown } from './names.ts'

const names = process.argv.slice(2)
refuseUnknown(names, {
  isKnown: (name) => REGRESSIONS.some(({ folder }) => folder.includes(name)),
  sentence: (name) => `there is no regression ${name}: name ${REGRESSIONS.map(({ folder }) => folder).join(', ')}`,
})
const wanted = REGRESSIONS.filter(({ folder }) => names.length === 0 || names.some((name) => folder.includes(name)))
const width = Math.max(0, ...wanted.map(({ folder }) => folder.length))

/** Says what came out; false when it is not what had to. */
async function attempt(regression: Regression, version: Version): Promise<boolean> {
  const who = `${regression.folder.padEnd(width)}  ${version}`
  const began = performance.now()
  try {
    const { client, violated, wrong, exitCode, stories } = await judgeVersion(regression, version)
    const took = `${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`
    const what = violated.length === 0 ? 'violates nothing' : `violates ${violated.join(', ')}`
    console.log([who, client, took, `exit ${exitCode}`, what, ...wrong.map((why) => `WRONG: ${why}`)].join('  '))
    if (wrong.length > 0) for (const { lines } of stories) console.log(`\n${lines.join('\n')}\n`)
    return wrong.length === 0
  } catch (error) {
    if (!(error instanceof SiteError)) throw error
    console.log(`${who}  WRONG: ${error.message}`)
    return false
  }
}

let wrong = 0
for (const regression of wanted) {
  for (const version of VERSIONS) if (!(await attempt(regression, version))) wrong += 1
}
console.log(`${plural(wanted.length, 'regression')}, ${plural(wrong, 'version')} judged wrongly`)
process.exitCode = wrong === 0 ? 0 : 1
