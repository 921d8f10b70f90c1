import { afterEach, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../errors.ts'
import { findEngine } from './engine.ts'

describe('DOCKER_HOST', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each(['garbage', '/var/run/docker.sock', '127.0.0.1:2375', 'tcp://', 'tcp://me:top-secret@[', 'ftp://127.0.0.1'])(
    'is refused when it is no address of an engine, without a word of what it holds: %s',
    async (value) => {
      vi.stubEnv('DOCKER_HOST', value)
      await expect(findEngine()).rejects.toThrow(UsageError)
      await expect(findEngine()).rejects.toThrow(
        /^DOCKER_HOST is not the address of a Docker Engine: set it to unix:\/\/\/path\/of\/docker\.sock or tcp:\/\/127\.0\.0\.1:2375, or unset it\.$/,
      )
    },
  )
})
