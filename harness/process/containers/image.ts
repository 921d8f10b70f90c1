/** Images by their settings. */
import { messageOf, SiteError } from '../../errors.ts'
import { type Engine, findEngine } from './engine.ts'

export interface Image {
  /** The environment variable that names another. */
  readonly setting: string
  readonly standard: string
}

export const imageName = ({ setting, standard }: Image): string => {
  const named = process.env[setting]
  return named === undefined || named === '' ? standard : named
}

/** A registry that does not answer must not keep anybody from being told so, ms. */
const REGISTRY_WITHIN = 15_000

/** Null when a container of the image can be started; else one sentence: what is missing and the command that gets it. */
export async function missingImage(image: Image): Promise<string | null> {
  const engine = await findEngine()
  if (typeof engine === 'string') return engine
  const name = imageName(image)
  if (await isHere(engine, name)) return null
  const reason = await cannotBePulled(engine, name)
  if (reason === null) return null
  return (
    `The image ${name} is missing and cannot be pulled (${reason}): run \`docker pull ${name}\`, ` +
    `or set ${image.setting} to another image.`
  )
}

async function isHere({ client, testcontainers }: Engine, name: string): Promise<boolean> {
  return await client.image.exists(testcontainers.ImageName.fromString(name))
}

/** Asks the registry for the image's description alone, because pulling takes long. Null when it has it. */
async function cannotBePulled({ client }: Engine, name: string): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SiteError(`no answer in ${REGISTRY_WITHIN} ms`)), REGISTRY_WITHIN)
  })
  try {
    await Promise.race([client.container.dockerode.getImage(name).distribution(), late])
    return null
  } catch (error) {
    const message = messageOf(error)
    return message
      .replace(/^\(HTTP code \d+\) [^-]*- /, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  } finally {
    clearTimeout(timer)
  }
}
