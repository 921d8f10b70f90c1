import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lastLines, run } from './command.ts'
import { CannotInstall, type Component } from './component.ts'

/** Another Node, from npm, in `FOLDER/node/VERSION`: the package is tried on the oldest one that it supports and on a new one. */
export function node(folder: string, version: string): Component {
  const home = join(folder, 'node', version)
  const name = `node-${process.platform}-${process.arch}`
  const program = join(home, 'node_modules', name, 'bin', 'node')
  return {
    name: `Node ${version}`,
    async present() {
      try {
        await access(program)
      } catch {
        return null // Not there yet.
      }
      const { code, stdout } = await run(program, ['--version'])
      return code === 0 && stdout.trim() === `v${version}` ? program : null
    },
    async install(say) {
      await mkdir(home, { recursive: true })
      say(`npm install ${name}@${version}`)
      const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock']
      const result = await run('npm', ['install', '--prefix', home, ...quiet, `${name}@${version}`])
      if (result.code !== 0) throw new CannotInstall(`npm install failed: ${lastLines(result.stderr)}`)
    },
  }
}
