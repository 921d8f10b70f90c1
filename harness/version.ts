import { existsSync, readFileSync } from 'node:fs'

/** This package's version. Its package.json lies one folder up in the sources, and two in the build. */
export function busproofVersion(): string {
  const found = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url))
  if (found === undefined) throw new Error('busproof lacks its package.json: install it anew')
  const { version } = JSON.parse(readFileSync(found, 'utf8')) as { readonly version: string }
  return version
}
