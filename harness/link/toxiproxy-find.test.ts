import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../errors.ts'
import { findToxiproxy } from './toxiproxy-find.ts'

describe("finding Toxiproxy's server", () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busproof-find-'))
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })
  const program = async (name: string): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, '#!/bin/sh\n')
    await chmod(path, 0o755)
    return path
  }

  it('takes what BUSPROOF_TOXIPROXY names before everything else', async () => {
    await program('toxiproxy-server')
    vi.stubEnv('PATH', folder)
    const named = await program('another-name')
    vi.stubEnv('BUSPROOF_TOXIPROXY', named)
    expect(await findToxiproxy()).toBe(named)
  })

  it('looks into PATH', async () => {
    vi.stubEnv('BUSPROOF_TOXIPROXY', '')
    vi.stubEnv('PATH', `/absent:${folder}`)
    const server = await program('toxiproxy-server')
    expect(await findToxiproxy()).toBe(server)
  })

  it.each([
    ['http://127.0.0.1:8474', 'http://127.0.0.1:8474'],
    ['http://localhost:8474/', 'http://localhost:8474'],
    ['HTTP://[::1]:8474', 'http://[::1]:8474'],
  ])('takes the URL of one that runs on this machine: %s', async (named, url) => {
    vi.stubEnv('BUSPROOF_TOXIPROXY', named)
    expect(await findToxiproxy()).toBe(url)
  })

  it.each([
    'http://staging.example:8474',
    'http://user:secret@127.0.0.1:8474',
    'http://127.0.0.1:8474/proxies',
    'http://127.0.0.1:8474?x',
    'http://127.0.0.1.example:8474',
    'http://',
  ])('refuses any other URL, without quoting it: %s', async (named) => {
    vi.stubEnv('BUSPROOF_TOXIPROXY', named)
    const refused = expect(findToxiproxy()).rejects
    await refused.toThrow(UsageError)
    await refused.toThrow(
      /^BUSPROOF_TOXIPROXY is a URL, and not that of a server on this machine: give it as http:\/\/127\.0\.0\.1:8474\.$/,
    )
  })

  it.each(['absent', 'htp://user:secret@127.0.0.1:8474'])(
    'says so when BUSPROOF_TOXIPROXY names nothing that can be run, without quoting it: %s',
    async (named) => {
      vi.stubEnv('BUSPROOF_TOXIPROXY', named)
      const refused = expect(findToxiproxy()).rejects
      await refused.toThrow(UsageError)
      await refused.toThrow(
        /^BUSPROOF_TOXIPROXY names no file that can be run: set it to toxiproxy-server's path, or to a URL\.$/,
      )
    },
  )
})
