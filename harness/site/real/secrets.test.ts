import { expect, test } from 'vitest'
import { secretsAmong } from './secrets.ts'

test('passwords, tokens and keys are secrets; names of users and databases are none', () => {
  const credentials = { user: 'app', database: 'orders', password: 'p', token: 't', apiKey: 'k' }
  expect(secretsAmong(credentials)).toEqual({ password: 'p', token: 't', apiKey: 'k' })
})

test('a connection string is one, and so is the password in it', () => {
  expect(secretsAmong({ url: 'postgres://app:p%40ss@host/orders' })).toEqual({
    url: 'postgres://app:p%40ss@host/orders',
    'password in url': 'p@ss',
  })
  expect(secretsAmong({ dsn: "host=h user=app password='p ss' dbname=orders" })).toMatchObject({
    'password in dsn': 'p ss',
  })
  expect(secretsAmong({ connectionString: 'Endpoint=h;Password=p;User=app' })).toMatchObject({
    'password in connectionString': 'p',
  })
})

test('an address without a password has none apart, and one that is not encoded as it ought to be is taken as it is', () => {
  expect(secretsAmong({ uri: 'amqp://host:1/' })).toEqual({ uri: 'amqp://host:1/' })
  expect(secretsAmong({ uri: 'amqp://a:100%@host:1/' })['password in uri']).toBe('100%')
})
