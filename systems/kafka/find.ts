/** Where Kafka's jars may be, and Java. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../harness/errors.ts'

export interface Installed {
  readonly java: string
  /** Folder of the jars. */
  readonly lib: string
  /** Kafka's version. */
  readonly version: string
}

/** What was found, or one sentence: what is missing and the command that gets it. */
export type Found = { readonly installed: Installed } | { readonly missing: string }

const MISSING =
  'Apache Kafka is missing: set BUSPROOF_KAFKA to the libs folder of a Kafka 4, or run `npm run components` in a clone of ' +
  'busproof, which fetches it.'
/** Kafka 4's brokers need it. */
const OLDEST_JAVA = 17
const JAVA_MISSING =
  `Kafka needs Java ${OLDEST_JAVA} or newer, and it is neither in JAVA_HOME nor in PATH: ` +
  'install a JRE, on Debian with `apt-get install default-jre-headless`.'

/** Rejects with {@link UsageError} when BUSPROOF_KAFKA names a folder without Kafka's jars. */
export async function findKafka(): Promise<Found> {
  const jars = await findJars()
  if (jars === null) return { missing: MISSING }
  const java = await findJava()
  return java === null ? { missing: JAVA_MISSING } : { installed: { java, ...jars } }
}

type Jars = Pick<Installed, 'lib' | 'version'>

async function findJars(): Promise<Jars | null> {
  const named = process.env['BUSPROOF_KAFKA']
  if (named !== undefined && named !== '') {
    const jars = await jarsIn(named)
    if (jars !== null) return jars
    throw new UsageError(
      `BUSPROOF_KAFKA is "${named}", which contains no kafka_2.13-*.jar: set it to Kafka's libs folder.`,
    )
  }
  for (const folder of [process.cwd(), ...packageFolders()]) {
    const versions = join(folder, '.components', 'kafka')
    for (const version of (await namesIn(versions)).sort().reverse()) {
      const jars = await jarsIn(join(versions, version, 'lib'))
      if (jars !== null) return jars
    }
  }
  return null
}

/** From source and from the built files, the package's folder lies two or three levels up. */
const packageFolders = (): readonly string[] =>
  ['../..', '../../..'].map((up) => fileURLToPath(new URL(up, import.meta.url)))

async function jarsIn(lib: string): Promise<Jars | null> {
  for (const name of await namesIn(lib)) {
    const version = /^kafka_2\.1\d-(\d+\.\d+\.\d+)\.jar$/.exec(name)?.[1]
    if (version !== undefined) return { lib, version }
  }
  return null
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return [] // There is no such folder.
  }
}

async function findJava(): Promise<string | null> {
  const home = process.env['JAVA_HOME']
  const candidates = [...(home === undefined || home === '' ? [] : [join(home, 'bin', 'java')]), 'java']
  for (const java of candidates) if ((await versionOf(java)) >= OLDEST_JAVA) return java
  return null
}

/** The major version; 0 when it does not run. */
const versionOf = (java: string): Promise<number> =>
  new Promise((resolve) => {
    execFile(java, ['-version'], (_error, _stdout, stderr) => {
      resolve(Number.parseInt(/version "([^"]+)"/.exec(stderr)?.[1] ?? '0', 10))
    })
  })
