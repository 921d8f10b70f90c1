/** Java, on which Kafka runs, and Maven, which fetches Kafka's jars. */
import { run } from './command.ts'
import { CannotInstall } from './component.ts'
import { installPackage, mayInstall } from './debian.ts'

/** Kafka 4's brokers need it. */
const OLDEST = 17

/** The version of a Java that is new enough, else null. */
export async function haveJava(): Promise<string | null> {
  const { code, stderr } = await run('java', ['-version'])
  const version = /version "([^"]+)"/.exec(stderr)?.[1]
  return code === 0 && version !== undefined && Number.parseInt(version, 10) >= OLDEST ? version : null
}

/** Rejects with one sentence when there is no Java that is new enough and none can be installed here. */
export async function needJava(say: (line: string) => void): Promise<void> {
  if ((await haveJava()) !== null) return
  if (await mayInstall()) await installPackage('default-jre-headless', say)
  if ((await haveJava()) !== null) return
  throw new CannotInstall(
    `Java ${OLDEST} or newer is needed and not in PATH: install a JRE, on Debian with ` +
      '`apt-get install default-jre-headless`; then run `npm run components` again.',
  )
}

/** Rejects with one sentence when Maven is not here and cannot be installed. */
export async function needMaven(say: (line: string) => void): Promise<void> {
  if ((await run('mvn', ['-version'])).code === 0) return
  if (await mayInstall()) return await installPackage('maven', say)
  throw new CannotInstall(
    'Maven is needed and not in PATH: install it, on Debian with `apt-get install maven`; then run `npm run components` again.',
  )
}
