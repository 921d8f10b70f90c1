/** Finds a module by the name under which a module of the working directory would import it. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../errors.ts'

/** `import.meta.resolve` takes no other place to begin at than its own module's, which for a script is the working directory. */
const SCRIPT = `
try {
  process.stdout.write(JSON.stringify({ url: import.meta.resolve(process.argv[1]) }))
} catch ({ code, message }) {
  process.stdout.write(JSON.stringify({ code, message }))
}`

/** What Node looks for in a package that the working directory does not have. */
const NOT_FOUND = 'ERR_MODULE_NOT_FOUND'

/** Names of packages, with or without what they export below: `acme-bus`, `@acme/bus`, `acme-bus/queue`. */
const NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(\/[^\s]+)?$/i

/** Null where no such package is installed there. Throws UsageError when it is, and has no such module. */
export function resolvePackage(name: string, cwd: string): URL | null {
  if (!NAME.test(name)) return null
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', SCRIPT, '--', name], {
    cwd,
    encoding: 'utf8',
    // What this process is started with, such as loaders, is not what the package is found by.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const found = JSON.parse(said) as
    | { readonly url: string }
    | { readonly url?: never; readonly code: string; readonly message: string }
  if (found.url === undefined) {
    if (found.code === NOT_FOUND) return null
    throw new UsageError(`${name}: the package does not export such a module: ${found.message}`)
  }
  const url = new URL(found.url)
  if (url.protocol !== 'file:') return null
  const path = fileURLToPath(url)
  if (!existsSync(path))
    throw new UsageError(`${name}: its package names ${path}, which does not exist: build it first`)
  return url
}
