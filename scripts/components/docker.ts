import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { buildBase } from '../docker/base.ts'
import { type Engine, engineAnswers, openEngine } from '../docker/engine.ts'
import { build, IMAGES, isBuilt } from '../docker/images.ts'
import { CannotInstall, type Component } from './component.ts'

const tags = IMAGES.map(({ tag }) => tag).join(', ')

/** Where an engine of our own keeps its images. */
export const engineFolder = (folder: string): string => join(folder, 'docker')

/** A Docker Engine, and images of Kafka, PostgreSQL, NATS and Toxiproxy that are built from packages. */
export function docker(folder: string): Component {
  const withEngine = async <T>(say: (line: string) => void, work: (engine: Engine) => Promise<T>): Promise<T> => {
    await using engine = await openEngine(engineFolder(folder), say)
    return await work(engine)
  }
  return {
    name: 'Docker and its test images',
    async present() {
      // To be asked for its images an engine must run, and only to look none is installed.
      if (!(await engineAnswers()) && !(await exists(engineFolder(folder)))) return null
      const silent = (): void => {}
      return await withEngine(silent, async ({ env }) => ((await allBuilt(env)) ? tags : null))
    },
    install: (say) =>
      withEngine(say, async ({ env }) => {
        await buildBase(env, say)
        for (const image of IMAGES) {
          if (await isBuilt(image, env)) continue
          if (image.context !== null) await needComponent(join(folder, image.context))
          say(`building ${image.tag}`)
          await build(image, folder, env)
        }
      }),
  }
}

async function allBuilt(env: Readonly<Record<string, string>>): Promise<boolean> {
  for (const image of IMAGES) if (!(await isBuilt(image, env))) return false
  return true
}

async function needComponent(path: string): Promise<void> {
  if (!(await exists(path))) throw new CannotInstall(`${path} is not there yet: run \`npm run components\` first.`)
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
