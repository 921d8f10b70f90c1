import { expect, test } from 'vitest'
import { type Component, createHealth } from './health.ts'

const CLAIM = { timeout: 100, age: 0 }
const good = (name = 'good'): Component => ({ name, look: () => Promise.resolve() })
const bad: Component = { name: 'bad', look: () => Promise.reject(new Error('refused')) }
const silent: Component = { name: 'silent', look: () => new Promise(() => undefined) }
const healthOf = (components: readonly Component[], claim = CLAIM, isOpen: (() => boolean) | null = null) =>
  createHealth({ claim, components, isOpen })

test('healthy and ready where every component answers', async () => {
  expect(await healthOf([good(), good('other')]).check()).toMatchObject({
    status: 'healthy',
    ready: true,
    components: [{ name: 'good' }, { name: 'other' }],
  })
})

test('what fails makes it unhealthy, and says why', async () => {
  const { status, ready, components } = await healthOf([good(), bad]).check()
  expect([status, ready]).toEqual(['unhealthy', false])
  expect(components[1]).toMatchObject({ name: 'bad', status: 'unhealthy', message: 'refused' })
})

test('what does not answer in time makes it degraded', async () => {
  let reason: unknown
  const watched: Component = {
    name: 'watched',
    look: (signal) => new Promise(() => signal.addEventListener('abort', () => (reason = signal.reason))),
  }
  const { status, ready, components } = await healthOf([good(), watched]).check()
  expect([status, ready]).toEqual(['degraded', false])
  expect(components[1]?.message).toBe('no answer within 80 ms')
  expect(reason).toBe('timeout')
})

test('an open breaker makes it degraded and not ready', async () => {
  let open = true
  const health = healthOf([good()], CLAIM, () => open)
  expect(await health.check()).toMatchObject({ status: 'degraded', ready: false })
  open = false
  expect(await health.check()).toMatchObject({ status: 'healthy', ready: true })
})

test('those who ask at once share a look, and a young look is used again', async () => {
  let looks = 0
  const counting: Component = {
    name: 'counting',
    look: async () => {
      looks += 1
    },
  }
  const fresh = healthOf([counting])
  await Promise.all([fresh.check(), fresh.check()])
  expect(looks).toBe(1)
  await fresh.check()
  expect(looks).toBe(2)
  const aging = healthOf([counting], { timeout: 100, age: 60_000 })
  await aging.check()
  await aging.check()
  expect(looks).toBe(3)
})

test('a close ends every look, and nothing is looked at any more', async () => {
  let looks = 0
  const counting: Component = {
    name: 'counting',
    look: () => {
      looks += 1
      return silent.look(new AbortController().signal)
    },
  }
  const health = healthOf([counting], { timeout: 60_000, age: 0 })
  const asked = health.check()
  health.close()
  expect(await asked).toMatchObject({ status: 'unhealthy', ready: false })
  expect(await health.check()).toMatchObject({
    ready: false,
    components: [{ name: 'counting', status: 'unhealthy', message: 'the bus is closed' }],
  })
  expect(looks).toBe(1)
})
