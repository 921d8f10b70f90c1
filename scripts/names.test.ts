import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { REGRESSIONS } from '../regressions/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

async function ran(script: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], { cwd: root })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

test.each([
  ['regressions', `there is no regression nosuch: name ${REGRESSIONS.map(({ folder }) => folder).join(', ')}`],
  [
    'components',
    'there is no component nosuch: name toxiproxy, kafka, node-20, node-24, docker, compose, postgresql, nats, redis, prometheus, chromium',
  ],
  [
    'mutants',
    'there is no mutant nosuch: name a part of a path below mutants/, and add --real for those on PostgreSQL and Kafka',
  ],
])('npm run %s refuses a name that names nothing, and does nothing', async (script, sentence) => {
  expect(await ran(script, 'nosuch')).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
})

test.each([
  ['mutants', 'seeds', 'x'],
  ['soundness', 'runs', '1.5'],
  ['under-load', 'times', '0'],
])('npm run %s refuses --%s %s, and does nothing', async (script, option, text) => {
  const sentence = `--${option} ${text}: give a whole number, 1 or more\n`
  expect(await ran(script, `--${option}`, text)).toEqual({ code: 2, stdout: '', stderr: sentence })
})

test('one name that names something does not make up for another', async () => {
  expect(await ran('regressions', 'kafkajs', 'nosuch')).toMatchObject({ code: 2, stdout: '' })
})
