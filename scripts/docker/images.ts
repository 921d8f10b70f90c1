/** Images for the tests of the site `containers`, which behave in what matters here as the public ones do. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../components/command.ts'
import { succeeded } from './base.ts'

export interface Image {
  readonly tag: string
  /** The setting that makes busproof use it. */
  readonly setting: string
  /** Folder below `scripts/images` with its Dockerfile. */
  readonly recipe: string
  /** Folder below `.components` that it is built from; null: the recipe's own. */
  readonly context: string | null
}

export const IMAGES: readonly Image[] = [
  {
    tag: 'busproof-test/kafka:4.1.1',
    setting: 'BUSPROOF_IMAGE_KAFKA',
    recipe: 'kafka',
    context: 'kafka/4.1.1',
  },
  { tag: 'busproof-test/postgres:debian', setting: 'BUSPROOF_IMAGE_POSTGRES', recipe: 'postgres', context: null },
  { tag: 'busproof-test/nats:debian', setting: 'BUSPROOF_IMAGE_NATS', recipe: 'nats', context: null },
  {
    tag: 'busproof-test/toxiproxy:2.12.0',
    setting: 'BUSPROOF_IMAGE_TOXIPROXY',
    recipe: 'toxiproxy',
    context: 'bin',
  },
]

/** What it was built by, so that it is built again when that changes. */
const LABEL = 'busproof.recipe'

const recipeFolder = ({ recipe }: Image): string => fileURLToPath(new URL(`../images/${recipe}`, import.meta.url))

async function fingerprint(image: Image): Promise<string> {
  const hash = createHash('sha256')
  const folder = recipeFolder(image)
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

export async function isBuilt(image: Image, env: Readonly<Record<string, string>>): Promise<boolean> {
  const format = `{{index .Config.Labels "${LABEL}"}}`
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', format, image.tag], env)
  return code === 0 && stdout.trim() === (await fingerprint(image))
}

/** Proxies that packages are to be had through here. */
const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => ['--build-arg', name])

/** Rejects with `CannotInstall` when the build fails. */
export async function build(image: Image, components: string, env: Readonly<Record<string, string>>): Promise<void> {
  const recipe = recipeFolder(image)
  const context = image.context === null ? recipe : join(components, image.context)
  const label = `${LABEL}=${await fingerprint(image)}`
  const args = ['--network', 'host', '--label', label, '--tag', image.tag, '--file', join(recipe, 'Dockerfile')]
  succeeded(await run('docker', ['build', ...PROXIES, ...args, context], env), `docker build of ${image.tag}`)
}
