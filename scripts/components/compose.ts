/** Docker Compose, which takes docker-compose.chaos.yml: Docker's plugin, or the program docker-compose. */
import { run } from './command.ts'
import { CannotInstall, type Component } from './component.ts'
import { installPackage, mayInstall } from './debian.ts'

const COMMANDS = ['docker compose', 'docker-compose']

export const compose: Component = {
  name: 'Docker Compose',
  async present() {
    for (const command of COMMANDS) {
      const [program = '', ...args] = command.split(' ')
      const { code, stdout } = await run(program, [...args, 'version'])
      if (code === 0) return `${command} (${stdout.split('\n')[0]})`
    }
    return null
  },
  async install(say) {
    if (await mayInstall()) return await installPackage('docker-compose', say)
    throw new CannotInstall('there is no Docker Compose: install it, then run `npm run components -- compose` again.')
  },
}
