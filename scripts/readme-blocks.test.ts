import { expect, test } from 'vitest'
import { commandsOf } from './readme-blocks.ts'

test('finds the commands of sh blocks only, with what they exit with', () => {
  const page = [
    'Text with `npm test` in it',
    '```sh',
    '# a comment of its own',
    'npm ci && npm test',
    'npm run busproof -- certify ./broken.ts   # exits 1, with a story',
    'npm run busproof -- spec                  # the specification',
    '```',
    '```ts',
    'not a command',
    '```',
    '```text',
    'nor this',
    '```',
  ].join('\n')
  expect(commandsOf(page)).toEqual([
    { line: 4, command: 'npm ci && npm test', exits: 0 },
    { line: 5, command: 'npm run busproof -- certify ./broken.ts', exits: 1 },
    { line: 6, command: 'npm run busproof -- spec', exits: 0 },
  ])
})
