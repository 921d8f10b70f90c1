/** Shipped buses that are of a profile, and the settings that they document. */
import { expect, test } from 'vitest'
import { onexConfiguration } from '../adapters/onex/settings.ts'
import onexMemory from '../adapters/onex-memory/index.ts'
import { checkProfile } from '../harness/profile.ts'

test('the buses of ONEX claim what its profile says', () => {
  expect(() => checkProfile('onex', onexMemory)).not.toThrow()
})

test('docs/onex-settings.md lists the settings of ONEX; `npm run onex-settings` writes it', async () => {
  const head =
    '# Settings of ONEX\n\n`npm run onex-settings` writes this page from [adapters/onex/settings.ts](../adapters/onex/settings.ts).\n'
  await expect(`${head}\n${onexConfiguration.page()}`).toMatchFileSnapshot('../docs/onex-settings.md')
})
