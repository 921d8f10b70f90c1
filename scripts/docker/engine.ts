/** A Docker Engine: the one that answers, or one of our own that ends with this process. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, startProgram } from '../../harness/process/program.ts'
import { lastLines, run } from '../components/command.ts'
import { CannotInstall } from '../components/component.ts'
import { installPackage, mayInstall } from '../components/debian.ts'

export interface Engine extends AsyncDisposable {
  /** What tells Docker's clients where it is. */
  readonly env: Readonly<Record<string, string>>
}

const ANSWERS_WITHIN = 60_000
/** It ends its containers first. */
const ENDS_WITHIN = 30_000

/**
 * The engine that DOCKER_HOST or the default socket leads to. Where none answers, and this is root on Debian, Debian's is
 * started with its images in `folder`; it ends when it is disposed of, or with this process. Rejects with
 * {@link CannotInstall} where there is none to be had.
 */
export async function openEngine(folder: string, say: (line: string) => void): Promise<Engine> {
  if (await engineAnswers()) return { env: {}, [Symbol.asyncDispose]: () => Promise.resolve() }
  await needDocker(say)
  // Paths of sockets must be short.
  const place = await mkdtemp(join(tmpdir(), 'busproof-docker-'))
  const remove = async (): Promise<void> => {
    // dockerd leaves the namespace of its own network mounted.
    await run('umount', [join(place, 'exec', 'netns', 'default')])
    await rm(place, { recursive: true, force: true })
  }
  const env = { DOCKER_HOST: `unix://${join(place, 'docker.sock')}` }
  try {
    const daemon = await startDaemon(place, folder, env)
    say(`dockerd answers at ${env.DOCKER_HOST}`)
    return {
      env,
      async [Symbol.asyncDispose]() {
        await daemon.stop(ENDS_WITHIN)
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

export const engineAnswers = (): Promise<boolean> => answers({})

async function answers(env: Readonly<Record<string, string>>): Promise<boolean> {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'], env)).code === 0
}

async function needDocker(say: (line: string) => void): Promise<void> {
  const there = await run('dockerd', ['--version'])
  if (there.code === 0 && process.getuid?.() === 0) return
  if (!(await mayInstall())) {
    throw new CannotInstall(
      'no Docker Engine answers, and only root on Debian can be given one: install Docker and start it, ' +
        'then run `npm run components -- docker` again.',
    )
  }
  await installPackage('docker.io', say)
}

/** Ports are published by Docker's own proxy and images are built on the host's network, so no packet filter is touched. */
const NETWORK = ['--iptables=false', '--ip-forward=false', '--ip-masq=false']

async function startDaemon(
  place: string,
  folder: string,
  env: Readonly<Record<'DOCKER_HOST', string>>,
): Promise<Program> {
  await mkdir(folder, { recursive: true })
  // Of two that would share the folder, its pidfile keeps the second from starting.
  const places = ['--data-root', folder, '--exec-root', join(place, 'exec'), '--pidfile', join(folder, 'docker.pid')]
  const daemon = await startProgram('dockerd', [...places, '--host', env.DOCKER_HOST, ...NETWORK])
  const until = performance.now() + ANSWERS_WITHIN
  while (!(await answers(env))) {
    if (!daemon.running() || performance.now() > until) {
      await daemon.stop(ENDS_WITHIN)
      throw new CannotInstall(`dockerd does not start: ${lastLines(await daemon.ended)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await removeContainers(env)
  return daemon
}

/** Nothing else uses this engine, so its containers were left when it was killed. */
async function removeContainers(env: Readonly<Record<string, string>>): Promise<void> {
  const { stdout } = await run('docker', ['ps', '--all', '--quiet'], env)
  const ids = stdout.split('\n').filter((id) => id !== '')
  if (ids.length > 0) await run('docker', ['rm', '--force', '--volumes', ...ids], env)
}
