import { expect, test } from 'vitest'
import type { Claims } from './claims.ts'
import { UsageError } from './errors.ts'
import { exampleClaims } from './plan/claims.case.ts'
import { checkEnvironment, checkProfile, profileNamed } from './profile.ts'

const asked = profileNamed('onex').claims as Required<
  Pick<Claims, 'configuration' | 'envelope' | 'metrics' | 'dispatch'>
>
const { configuration, envelope } = asked
const { environments } = configuration
if (environments === undefined) throw new Error('ONEX finds environments')

const judged = (claims: Claims) => () => checkProfile('onex', { name: 'a bus', claims })
const withSettings = (changes: object) =>
  judged({
    ...exampleClaims,
    ...asked,
    configuration: { ...configuration, settings: { ...configuration.settings, ...changes } },
  })

test('a bus that claims what the profile says', () => {
  expect(judged({ ...exampleClaims, ...asked })).not.toThrow()
})

test("the order of choices, texts that try a setting, and further conflicts are the adapter's own", () => {
  expect(withSettings({ KAFKA_ACKS: { type: 'choice', default: 'all', values: ['all', '1', '0'] } })).not.toThrow()
  expect(withSettings({ KAFKA_GROUP: { type: 'text', default: 'default', right: ['a'], wrong: [] } })).not.toThrow()
  const conflicts = [{ KAFKA_GROUP: ['a'], KAFKA_ENVIRONMENT: ['b'] }, ...(configuration.conflicts ?? [])]
  expect(judged({ ...exampleClaims, ...asked, configuration: { ...configuration, conflicts } })).not.toThrow()
})

test('further claims and settings are no matter of the profile', () => {
  expect(withSettings({ MORE: { type: 'boolean', default: true } })).not.toThrow()
})

test.each([
  [
    judged(exampleClaims),
    /^a bus does not match the profile onex: configuration is \{.{79}…? there, and the adapter does not claim it;/,
  ],
  [
    withSettings({ KAFKA_TIMEOUT_SECONDS: { ...configuration.settings.KAFKA_TIMEOUT_SECONDS, most: 200 } }),
    /^a bus does not match the profile onex: configuration\.settings\.KAFKA_TIMEOUT_SECONDS\.most is 300 there, and the adapter claims 200; change the claim, or leave out --profile$/,
  ],
  [
    judged({
      ...exampleClaims,
      ...asked,
      envelope: { ...envelope, fields: { ...envelope.fields, source: { type: 'uuid' } } },
    }),
    /envelope\.fields\.source\.type is "text" there, and the adapter claims "uuid"/,
  ],
  [
    withSettings({ KAFKA_ACKS: { type: 'choice', default: 'all', values: ['all', '1'] } }),
    /KAFKA_ACKS\.values is \["0","1","all"\] there, and the adapter claims \["all","1"\]/,
  ],
  [
    withSettings({ KAFKA_GROUP: { ...configuration.settings.KAFKA_GROUP, secret: true } }),
    /KAFKA_GROUP\.secret is absent there, and the adapter claims true/,
  ],
  [
    judged({
      ...exampleClaims,
      configuration: {
        ...configuration,
        environments: { ...environments, variables: environments.variables.toReversed() },
      },
    }),
    /environments\.variables is \["ENVIRONMENT",.*\] there, and the adapter claims \["ONEX_ENV",/,
  ],
  [withSettings({ KAFKA_GROUP: undefined }), /KAFKA_GROUP is \{.*\} there, and the adapter does not claim it/],
])('the first difference is named: %#', (judging, sentence) => {
  expect(judging).toThrow(UsageError)
  expect(judging).toThrow(sentence)
})

test('an environment that the adapter does not claim is named, with those that it does', () => {
  const adapter = { name: 'a bus', claims: { ...exampleClaims, configuration: asked.configuration } }
  expect(() => checkEnvironment('staging', adapter)).not.toThrow()
  expect(() => checkEnvironment('toString', adapter)).toThrow(UsageError)
  expect(() => checkEnvironment('moon', adapter)).toThrow(
    '--environment moon: a bus claims production, staging, development: give one of them',
  )
  expect(() => checkEnvironment('moon', { name: 'a bus', claims: exampleClaims })).toThrow(
    '--environment moon: a bus claims none: leave the option out',
  )
})

test('an unknown profile is named, with those that exist', () => {
  expect(() => profileNamed('omnix')).toThrow('--profile omnix: there is no such profile; give onex')
  expect(() => profileNamed('constructor')).toThrow(UsageError)
})
