/**
 * Runs a command with a Docker Engine and the test images, which `npm run components -- docker` builds; an engine that was
 * started for it ends with it: `npm run with-docker -- npx vitest run test/containers.test.ts`
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotInstall } from './components/component.ts'
import { engineFolder } from './components/docker.ts'
import { openEngine } from './docker/engine.ts'
import { IMAGES } from './docker/images.ts'

const [command, ...args] = process.argv.slice(2)

/** Images that are named already stay; Ryuk's is not among those that are built here. */
const settings = {
  ...Object.fromEntries(IMAGES.map(({ setting, tag }) => [setting, tag])),
  TESTCONTAINERS_RYUK_DISABLED: 'true',
}

function runCommand(name: string, env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'inherit', env: { ...settings, ...process.env, ...env } })
    // Ctrl-C reaches the command too; what it leaves then is this process's to end.
    process.on('SIGINT', () => {})
    process.once('SIGTERM', () => child.kill('SIGTERM'))
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

try {
  if (command === undefined)
    throw new CannotInstall('name the command that is to be run: npm run with-docker -- COMMAND')
  const components = fileURLToPath(new URL('../.components', import.meta.url))
  await using engine = await openEngine(engineFolder(components), (line) => console.log(line))
  process.exitCode = await runCommand(command, engine.env)
} catch (error) {
  if (!(error instanceof CannotInstall)) throw error
  console.error(error.message)
  process.exitCode = 1
}
