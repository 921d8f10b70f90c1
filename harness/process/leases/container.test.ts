import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeContainer } from './container.ts'

const ID = 'a1'.repeat(32)

let place: string
const asked: string[] = []
let status = 204
const engine = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  response.writeHead(status).end()
})

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'busproof-engine-'))
  engine.listen(join(place, 'docker.sock'))
  await once(engine, 'listening')
})
afterEach(async () => {
  asked.length = 0
  if (engine.listening) await new Promise((resolve) => engine.close(resolve))
  await rm(place, { recursive: true })
})

const remove = (socket = 'docker.sock') =>
  removeContainer({ kind: 'container', name: 'kafka-0', engine: `unix:${join(place, socket)}`, id: ID })

it('has the engine remove the container, running or not, and its volumes', async () => {
  status = 204
  expect(await remove()).toEqual(['removed the container kafka-0 (a1a1a1a1a1a1)'])
  expect(asked).toEqual([`DELETE /containers/${ID}?force=true&v=true`])
})

it.each([404, 409])('is content when somebody else removes it: %i', async (answer) => {
  status = answer
  expect(await remove()).toEqual([])
})

it('is content when the engine went with all it had', async () => {
  expect(await remove('gone.sock')).toEqual([])
})

it('will try again when the engine fails, or is stopped', async () => {
  status = 500
  await expect(remove()).rejects.toThrow(
    /^cannot remove the container kafka-0 .*; the next sweep tries again: status 500$/,
  )
})
