/** Removes what runs that were killed have left on a cluster that runs on. */
import { UsageError } from '../../harness/errors.ts'
import { assertAllowed } from '../remote-hosts.ts'
import { findBrokers, parseServers } from './bootstrap.ts'
import { createClient } from './client.ts'
import { removeGroups } from './groups.ts'
import { removeTopics } from './run.ts'

/** Removes the groups and topics whose names begin with one of these. The setting is `brokers`, as host:port[,host:port]. */
export async function sweep(
  { brokers: named = '' }: Readonly<Record<string, string>>,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const servers = parseServers(named)
  if (servers === null) throw new UsageError('the lease contains no brokers as host:port[,host:port]: remove it')
  assertAllowed('the lease', servers)
  const { brokers } = await findBrokers(servers)
  const client = createClient(brokers)
  const removed: string[] = []
  try {
    for (const prefix of prefixes) {
      const [groups, topics] = [await removeGroups(client, prefix), await removeTopics(client, prefix)]
      removed.push(...groups.toSorted().map((name) => `removed the group ${name} from Kafka`))
      removed.push(...topics.toSorted().map((name) => `removed the topic ${name} from Kafka`))
    }
    return removed
  } finally {
    client.close()
  }
}
