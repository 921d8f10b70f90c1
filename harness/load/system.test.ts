import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { loadSystem, sitesWith } from './system.ts'

const WHOLE = "name: 'theirs', concurrent: true, sizes: [1], missing: async () => null, start: async () => {}"

describe('a system of somebody else, by the URL of its module', () => {
  let folder: string
  let count = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-load-'))
  })
  afterAll(async () => await rm(folder, { recursive: true }))

  const written = async (source: string): Promise<string> => {
    const path = join(folder, `system-${count++}.mjs`)
    await writeFile(path, source)
    return pathToFileURL(path).href
  }

  it('is loaded, for each site that it exports', async () => {
    const url = await written(
      `export default { contract: 2, ${WHOLE} }\nexport const remote = { contract: 2, ${WHOLE}, sizes: [] }`,
    )
    expect(await loadSystem(url)).toMatchObject({ name: 'theirs', sizes: [1] })
    expect(await loadSystem(url, 'remote')).toMatchObject({ sizes: [] })
    expect(await sitesWith(url)).toEqual(['real', 'remote'])
    await expect(loadSystem(url, 'containers')).rejects.toThrow('does not support the site containers')
  })

  it.each([
    ['export const other = 1', /its default export is not a system/],
    [`export default { ${WHOLE} }`, /default export does not state its contract version: add `contract: 2`$/],
    [
      `export default { contract: 1, ${WHOLE} }`,
      /has contract 1, but this busproof needs contract 2: install matching versions/,
    ],
    [`export default { contract: 2, ${WHOLE}, name: 'Their System' }`, /name: must be of lower-case letters/],
    [`export default { contract: 2, ${WHOLE}, start: 1 }`, /start: must be a function that starts the system/],
    [
      `export default { contract: 2, ${WHOLE} }\nexport const containers = { contract: '1', ${WHOLE} }`,
      /its export `containers` has contract "1"/,
    ],
    [`export default { contract: 2, ${WHOLE}, lacks: { partition: 'none' } }`, /lacks.*partition/],
    [`export default { contract: 2, ${WHOLE}, lacks: { partitions: '' } }`, /lacks.partitions: must be the reason/],
    ["throw new Error('not here')", /cannot be loaded: not here$/],
  ])('is refused by one sentence: %#', async (source, sentence) => {
    const url = await written(source)
    await expect(loadSystem(url)).rejects.toThrow(UsageError)
    await expect(loadSystem(url)).rejects.toThrow(sentence)
  })

  it('is refused where there is no such module', async () => {
    await expect(loadSystem(pathToFileURL(join(folder, 'absent.ts')).href)).rejects.toThrow(
      /there is no system module .*absent\.ts$/,
    )
    await expect(loadSystem('absent')).rejects.toThrow('there is no system "absent"')
  })
})
