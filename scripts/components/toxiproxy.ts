import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lastLines, run } from './command.ts'
import { CannotInstall, type Component } from './component.ts'
import { needGo } from './go.ts'

const VERSION = '2.12.0'
const MODULE = 'github.com/Shopify/toxiproxy/v2'

/** Toxiproxy's server, built from source into `FOLDER/bin`. */
export function toxiproxy(folder: string): Component {
  const bin = join(folder, 'bin')
  const server = join(bin, 'toxiproxy-server')
  return {
    name: `Toxiproxy ${VERSION}`,
    async present() {
      try {
        await access(server)
      } catch {
        return null // Not there yet.
      }
      const { code, stdout } = await run(server, ['-version'])
      return code === 0 && stdout.includes(VERSION) ? `${server} (${stdout.trim()})` : null
    },
    async install(say) {
      await needGo(say)
      await mkdir(bin, { recursive: true })
      const built = await mkdtemp(join(bin, 'building-'))
      try {
        say(`go install ${MODULE}/cmd/server@v${VERSION}`)
        // A plain `go install` leaves the version at "git".
        const stamp = `-X ${MODULE}.Version=${VERSION}`
        const args = ['install', '-ldflags', stamp, `${MODULE}/cmd/server@v${VERSION}`]
        const result = await run('go', args, { GOBIN: built })
        if (result.code !== 0) throw new CannotInstall(`go install failed: ${lastLines(result.stderr)}`)
        // Renamed in one step, so that a run beside this one never starts half a file.
        await rename(join(built, 'server'), server)
      } finally {
        await rm(built, { recursive: true, force: true })
      }
    },
  }
}
