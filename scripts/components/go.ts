/** The Go toolchain, which builds what is only to be had as Go source. */
import { run } from './command.ts'
import { CannotInstall } from './component.ts'
import { installPackage, mayInstall } from './debian.ts'

/** From 1.21 on, Go fetches the newer toolchain that a module asks for by itself. */
const OLDEST: readonly [number, number] = [1, 21]

const enough = (version: string): boolean => {
  const match = /(\d+)\.(\d+)/.exec(version)
  if (match === null) return false
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

/** Rejects with one sentence when there is no Go that is new enough and none can be installed here. */
export async function needGo(say: (line: string) => void): Promise<void> {
  const here = await run('go', ['version'])
  if (here.code === 0 && enough(here.stdout.replace('go version go', ''))) return
  if (await debianBrings()) return await installPackage('golang-go', say)
  const found = here.code === 0 ? `found is ${here.stdout.trim()}` : 'no go was found in PATH'
  throw new CannotInstall(
    `Go ${OLDEST.join('.')} or newer is needed, and ${found}: install it from https://go.dev/dl, or, where the ` +
      'distribution has one so new, with `apt-get install golang`; then run `npm run components` again.',
  )
}

/** True only where we may install packages and the distribution's Go is new enough. */
async function debianBrings(): Promise<boolean> {
  if (!(await mayInstall())) return false
  const policy = await run('apt-cache', ['policy', 'golang-go'])
  const candidate = /Candidate: (?:\d+:)?(\S+)/.exec(policy.stdout)?.[1]
  return candidate !== undefined && enough(candidate)
}
