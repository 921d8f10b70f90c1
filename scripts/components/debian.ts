/** What Debian's packages bring, where we may install them. */
import { access } from 'node:fs/promises'
import { lastLines, run } from './command.ts'
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

/** Rejects with {@link CannotInstall} when apt-get fails. */
export async function installPackage(name: string, say: (line: string) => void): Promise<void> {
  say(`installing ${name} with apt-get`)
  const install = ['install', '-y', '--no-install-recommends', name]
  const result = await run('apt-get', install, { DEBIAN_FRONTEND: 'noninteractive' })
  if (result.code === 0) return
  throw new CannotInstall(
    `\`apt-get install ${name}\` failed; \`apt-get update\` may help, then run \`npm run components\` again: ` +
      lastLines(result.stderr),
  )
}
