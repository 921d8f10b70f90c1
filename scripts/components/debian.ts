/** What Debian's packages bring, where we may install them. */
import { access } from 'node:fs/promises'
import { lastLines, type Ran, run } from './command.ts'
import { CannotInstall } from './component.ts'

/** True only as root on a Debian. */
export async function mayInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  try {
    await access('/etc/debian_version')
    return true
  } catch {
    return false // Not a Debian: nothing to ask apt for.
  }
}

/** Rejects with {@link CannotInstall} when apt-get fails, even with lists that are new. */
export async function installPackage(name: string, say: (line: string) => void): Promise<void> {
  say(`installing ${name} with apt-get`)
  if ((await install(name)).code === 0) return
  await run('apt-get', ['update'])
  const result = await install(name)
  if (result.code === 0) return
  throw new CannotInstall(
    `\`apt-get install ${name}\` failed; fix that, then run \`npm run components\` again: ${lastLines(result.stderr)}`,
  )
}

const install = (name: string): Promise<Ran> =>
  run('apt-get', ['install', '-y', '--no-install-recommends', name], {
    DEBIAN_FRONTEND: 'noninteractive',
    // Services must not start by themselves: their start scripts do nothing in the single-user runlevel.
    RUNLEVEL: '1',
  })
