import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLines, run } from './command.ts'
import { CannotInstall, type Component } from './component.ts'
import { haveJava, needJava, needMaven } from './java.ts'

const VERSION = '4.1.1'
const POM = fileURLToPath(new URL('kafka-pom.xml', import.meta.url))

/** Apache Kafka's jars, from Maven Central, in `FOLDER/kafka/VERSION/lib`. */
export function kafka(folder: string): Component {
  const lib = join(folder, 'kafka', VERSION, 'lib')
  return {
    name: `Apache Kafka ${VERSION}`,
    async present() {
      try {
        await access(join(lib, `kafka_2.13-${VERSION}.jar`))
      } catch {
        return null // Not there yet.
      }
      const java = await haveJava()
      return java === null ? null : `${lib} (Java ${java})`
    },
    async install(say) {
      await needJava(say)
      await needMaven(say)
      await mkdir(dirname(lib), { recursive: true })
      const copied = await mkdtemp(join(dirname(lib), 'copying-'))
      try {
        say(`mvn dependency:copy-dependencies of org.apache.kafka:kafka_2.13:${VERSION}`)
        const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${copied}`]
        const result = await run('mvn', ['--batch-mode', '--quiet', '--file', POM, ...goal])
        // Maven says what went wrong on its standard output.
        if (result.code !== 0) {
          throw new CannotInstall(`mvn failed: ${lastLines(`${result.stderr}\n${result.stdout}`)}`)
        }
        // Renamed in one step, so that a run beside this one never starts with half of the jars.
        await rm(lib, { recursive: true, force: true })
        await rename(copied, lib)
      } finally {
        await rm(copied, { recursive: true, force: true })
      }
    },
  }
}
