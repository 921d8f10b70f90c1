import { run } from './command.ts'
import { CannotInstall, type Component } from './component.ts'
import { installPackage, mayInstall } from './debian.ts'

export interface PackagedProgram {
  readonly name: string
  /** Debian's package, and the program in it that tells its version. */
  readonly package: string
  readonly program: string
}

/** A server from Debian's packages. It is installed for the machine, and not started. */
export const packaged = ({ name, package: from, program }: PackagedProgram): Component => ({
  name,
  async present() {
    const { code, stdout } = await run(program, ['--version'])
    return code === 0 ? stdout.trim() : null
  },
  async install(say) {
    if (await mayInstall()) return await installPackage(from, say)
    throw new CannotInstall(
      `${program} is not here, and only root can install packages, on Debian: \`apt-get install ${from}\`.`,
    )
  },
})
