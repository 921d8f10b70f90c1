/** What the topics of ONEX carry, and how their names are made. */
import { type DispatchClaim, topicNaming } from '../dispatch/index.ts'

/** By the word in a topic's name, the one category that it carries. */
const CATEGORIES = { events: 'EVENT', commands: 'COMMAND', intents: 'INTENT' } as const

const SLUG = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/
const VERSION = /^v[1-9][0-9]*$/
const slug = (text: string): boolean => SLUG.test(text)

/** `environment.domain.category.version`, such as `dev.node.events.v1`. All of it is in lower case, and the category is in the plural. */
export const onexTopicNames = topicNaming('.', [
  { name: 'environment', takes: slug },
  { name: 'domain', takes: slug },
  { name: 'category', takes: (text) => Object.hasOwn(CATEGORIES, text) },
  { name: 'version', takes: (text) => VERSION.test(text) },
])

const SLUGS_THAT_ARE_NONE = ['A', 'a b', '-a', 'a-', 'a--b', 'ä']

/** The claim of a bus with these types, by their domains. For each domain, there is a topic of each category. */
export const onexDispatch = (domains: Readonly<Record<string, readonly string[]>>) =>
  ({
    type: 'event_type',
    category: 'category',
    domains,
    topics: Object.keys(domains).flatMap((domain) =>
      Object.entries(CATEGORIES).map(([word, category]) => ({
        ends: `.${domain}.${word}.v1`,
        domain,
        categories: [category],
      })),
    ),
    reason: {
      field: 'error_type',
      unregistered: 'UNREGISTERED_TYPE',
      foreignDomain: 'FOREIGN_DOMAIN',
      wrongCategory: 'WRONG_CATEGORY',
    },
    names: {
      separator: '.',
      parts: [
        { name: 'environment', right: ['dev', 'staging', 'prod-eu', 'local_2'], wrong: SLUGS_THAT_ARE_NONE },
        { name: 'domain', right: [...Object.keys(domains), 'order-flow'], wrong: SLUGS_THAT_ARE_NONE },
        {
          name: 'category',
          right: Object.keys(CATEGORIES),
          wrong: ['event', 'EVENTS', 'Commands', 'projections', 'toString'],
        },
        { name: 'version', right: ['v1', 'v2', 'v10'], wrong: ['1', 'v0', 'v01', 'V1', 'v', 'v1a', 'latest'] },
      ],
    },
  }) as const satisfies DispatchClaim
