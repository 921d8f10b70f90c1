/** The one place that loads a user's module: TypeScript too, whichever way the harness was started. */
import { register as registerCommonJs } from 'tsx/cjs/api'
import { register } from 'tsx/esm/api'

/** From source, TypeScript loads already: by tsx, or by Vitest. */
const IS_BUILT = import.meta.url.endsWith('.js')

/** Whether the module of this URL is TypeScript by its name. */
export const isTypeScript = (url: string): boolean => /\.[cm]?tsx?$/.test(new URL(url).pathname)

let isRegistered = false

/** From now on this thread loads TypeScript, also where JavaScript imports it. */
export function loadTypeScript(): void {
  if (!IS_BUILT || isRegistered) return
  isRegistered = true
  register()
  // A package without "type": "module" is CommonJS, and so are its TypeScript files.
  registerCommonJs()
}

/** What the module exports. Node 20 loads no TypeScript by itself, and neither does Vitest for a package in node_modules. */
export async function loadModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  if (isTypeScript(url)) loadTypeScript()
  return withoutCommonJs((await import(url)) as Readonly<Record<string, unknown>>)
}

/** What was compiled to CommonJS exports all that it has below the default that Node gives it. */
function withoutCommonJs(loaded: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = loaded['default']
  const isCompiled = typeof inner === 'object' && inner !== null && '__esModule' in inner
  return isCompiled ? (inner as Readonly<Record<string, unknown>>) : loaded
}
