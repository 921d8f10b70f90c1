/** The image that the others are built on: a small Debian from this machine's own mirror, no image registry needed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastLines, type Ran, run } from '../components/command.ts'
import { CannotInstall } from '../components/component.ts'
import { installPackage, mayInstall } from '../components/debian.ts'

export const BASE = 'busproof-test/debian'

/** Rejects with {@link CannotInstall} where this is not root on Debian, or debootstrap fails. */
export async function buildBase(env: Readonly<Record<string, string>>, say: (line: string) => void): Promise<void> {
  if ((await run('docker', ['image', 'inspect', BASE], env)).code === 0) return
  if (!(await mayInstall())) {
    throw new CannotInstall(
      'the test images are built by debootstrap, as root on Debian only: elsewhere use the public images, see docs/containers.md.',
    )
  }
  if ((await run('debootstrap', ['--version'])).code !== 0) await installPackage('debootstrap', say)
  const { mirror, suite } = await source()
  const tree = await mkdtemp(join(tmpdir(), 'busproof-debian-'))
  try {
    say(`debootstrap ${suite} from ${mirror}`)
    succeeded(await run('debootstrap', ['--variant=minbase', suite, tree, mirror]), 'debootstrap')
    const importing = 'tar -C "$1" -c . | docker import - "$2"'
    succeeded(await run('sh', ['-c', importing, 'sh', tree, BASE], env), 'docker import')
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
}

/** Throws {@link CannotInstall} with what it said last when it failed. */
export function succeeded({ code, stdout, stderr }: Ran, what: string): void {
  if (code !== 0) throw new CannotInstall(`${what} failed: ${lastLines(`${stdout}\n${stderr}`)}`)
}

/** This machine's release, and the mirror from which it takes the packages of it. */
async function source(): Promise<{ readonly mirror: string; readonly suite: string }> {
  const release = await readFile('/etc/os-release', 'utf8')
  const suite = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1]
  if (suite === undefined) throw new CannotInstall('/etc/os-release names no release of Debian (VERSION_CODENAME).')
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(RELEASE) $(SITE)', 'Created-By: Packages'])
  const line = stdout.split('\n').find((one) => one.startsWith(`${suite} `))
  return { suite, mirror: line?.slice(suite.length + 1).trim() ?? 'http://deb.debian.org/debian' }
}
