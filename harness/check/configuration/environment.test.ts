import { expect, test } from 'vitest'
import { fine } from '../testing/examine.case.ts'
import { configures, taken } from '../testing/story.case.ts'
import { judging } from './configured.case.ts'

const judged = judging('configuration/3')
const PRODUCTION = taken({ THRESHOLD: { value: 5, from: 'default' } }, 'production')

test.each([
  ['nothing', {}, taken()],
  ['the first variable', { ENVIRONMENT: 'production', ENV: 'dev' }, PRODUCTION],
  ['another name of it', { ENV: 'prod' }, PRODUCTION],
  ['one after a value that means nothing', { ENVIRONMENT: 'quality', ENV: 'prod' }, PRODUCTION],
  ['nothing but values that mean nothing', { ENVIRONMENT: 'quality', ENV: '' }, taken()],
  ['a variable of others', { NODE_ENV: 'production' }, taken()],
])('%s decides', (_, environment, met) => {
  expect(judged(configures(10, { environment }, met))).toMatchObject(fine(1))
})

test.each([
  [{ ENVIRONMENT: 'quality', ENV: 'prod' }, taken(), 'development in ENVIRONMENT=quality, ENV=prod', 'production'],
  [{ ENVIRONMENT: 'dev', ENV: 'prod' }, PRODUCTION, 'production in ENVIRONMENT=dev, ENV=prod', 'development'],
  [{}, { ...taken(), environment: null }, 'null in no variable', 'development'],
])('another environment is found in %j', (environment, met, found, expected) => {
  const { messages, violations } = judged(configures(10, { environment }, met))
  expect(messages).toEqual([`the adapter of n1 finds ${found}`])
  expect(violations[0]).toMatchObject({ expected })
})

test('the defaults of the environment hold, unless a setting is given', () => {
  const environment = { ENV: 'prod' }
  const { messages, violations } = judged(configures(10, { environment }, taken({}, 'production')))
  expect(messages).toEqual(['the adapter of n1 has another THRESHOLD than the default for production'])
  expect(violations[0]).toMatchObject({ expected: '5', actual: '2' })
  const given = taken({ THRESHOLD: { value: 3, from: 'file' } }, 'production')
  expect(judged(configures(10, { environment, file: { THRESHOLD: 3 } }, given))).toMatchObject(fine(1))
})

test('in other environments the usual default holds', () => {
  const { messages } = judged(configures(10, {}, taken({ THRESHOLD: { value: 5, from: 'default' } })))
  expect(messages).toEqual(['the adapter of n1 has another THRESHOLD than the default for development'])
})

test('what must be refused', () => {
  expect(judged(configures(10, { file: { TIMEOUT: 0 } }, PRODUCTION))).toMatchObject(fine(0))
})
