import { SOURCE_SUFFIX } from '../load/system.ts'

const load = (name: string): string => `import(${JSON.stringify(import.meta.resolve(name))})`

/** zod comes before tsx, which takes longer over its hundred files than the files take. */
const LOADER =
  SOURCE_SUFFIX === '.ts'
    ? `${load('zod')}
  .then(() => Promise.all([${['tsx/esm/api', 'tsx/cjs/api'].map(load).join(', ')}]))
  .then((apis) => apis.forEach(({ register }) => register()))`
    : 'Promise.resolve()'

/**
 * The code of a thread that runs a module of the harness: as text, for a thread's own file may not be TypeScript. A harness that was built
 * is through before tsx comes, for an adapter.
 */
export const threadOf = (module: URL): string => `${LOADER}.then(() => import(${JSON.stringify(module.href)}))`
