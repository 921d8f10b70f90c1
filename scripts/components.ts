/** Brings the real programs that npm cannot, into `.components/`. What is there already is left alone. */
import { fileURLToPath } from 'node:url'
import { CannotInstall, type Component } from './components/component.ts'
import { kafka } from './components/kafka.ts'
import { toxiproxy } from './components/toxiproxy.ts'

const folder = fileURLToPath(new URL('../.components', import.meta.url))
const components: readonly Component[] = [toxiproxy(folder), kafka(folder)]

const say = (line: string): void => console.log(line)

/** True when the component is there in the end. */
async function bring(component: Component): Promise<boolean> {
  const found = await component.present()
  if (found !== null) {
    say(`${component.name}: already here, ${found}`)
    return true
  }
  try {
    await component.install((line) => say(`${component.name}: ${line}`))
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error
    console.error(`${component.name}: ${error.message}`)
    return false
  }
  const installed = await component.present()
  if (installed === null) console.error(`${component.name}: was installed, but does not answer with its version.`)
  else say(`${component.name}: installed, ${installed}`)
  return installed !== null
}

let complete = true
for (const component of components) complete = (await bring(component)) && complete
process.exitCode = complete ? 0 : 1
