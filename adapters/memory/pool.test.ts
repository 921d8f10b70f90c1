import { expect, test } from 'vitest'
import { createPool } from './pool.ts'

const quiet = new AbortController().signal
const forever = () => new Promise<never>(() => undefined)

test('members are made one by one, up to the most, and are lent again', async () => {
  let made = 0
  const pool = createPool(() => made++, 2)
  expect(await pool.use((member) => Promise.resolve(member), quiet)).toBe(0)
  expect(await pool.use((member) => Promise.resolve(member), quiet)).toBe(0)
  void pool.use(forever, quiet)
  void pool.use(forever, quiet)
  void pool.use(forever, quiet)
  expect(pool.stats()).toEqual({ total: 2, active: 2, idle: 0, waiting: 1 })
  expect(made).toBe(2)
})

test('a member comes back after work that failed, and goes to who waits longest', async () => {
  const pool = createPool(() => 'it', 1)
  let fail = (): void => undefined
  const first = pool.use(
    () =>
      new Promise((_, reject) => {
        fail = () => reject(new Error('no'))
      }),
    quiet,
  )
  const order: string[] = []
  const rest = ['second', 'third'].map((name) => pool.use(() => Promise.resolve(order.push(name)), quiet))
  await Promise.resolve()
  fail()
  await expect(first).rejects.toThrow('no')
  await Promise.all(rest)
  expect(order).toEqual(['second', 'third'])
  expect(pool.stats()).toEqual({ total: 1, active: 0, idle: 1, waiting: 0 })
})

test('who gives up while waiting is lent nothing', async () => {
  const pool = createPool(() => 'it', 1)
  let end = (): void => undefined
  const first = pool.use(
    () =>
      new Promise<void>((resolve) => {
        end = resolve
      }),
    quiet,
  )
  const impatient = new AbortController()
  const second = pool.use(() => Promise.resolve('lent'), impatient.signal)
  impatient.abort()
  await expect(second).rejects.toMatchObject({ code: 'TIMEOUT', effect: 'none' })
  end()
  await first
  expect(pool.stats()).toEqual({ total: 1, active: 0, idle: 1, waiting: 0 })
})

test('a close ends every member, lent or not', () => {
  let made = 0
  const pool = createPool(() => made++, 2)
  void pool.use(forever, quiet)
  void pool.use(forever, quiet)
  const ended: number[] = []
  pool.close((member) => ended.push(member))
  expect(ended).toEqual([0, 1])
})
