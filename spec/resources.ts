import type { Clause } from './clause.ts'

export const RESOURCES: readonly Clause[] = [
  {
    id: 'resources/1',
    area: 'resources',
    level: 'MUST',
    title: 'close leaves nothing behind',
    text: 'After close, everything that is counted in the process and on the server (sockets, timers, process listeners, sessions, members) is back at the baseline that was taken before the bus was opened. Only a member whose process was killed, or that was closed during a fault of the consumers or not longer than two sessions after one, may stay in its group until its session ends, for two sessions at the most.',
    claim: 'always',
    occasion: 'a process or server that was counted before and after',
    wants: 30,
    leans: ['calm', 'close-in-traffic'],
    evidence: 'outside',
  },
  {
    id: 'resources/2',
    area: 'resources',
    level: 'MUST',
    title: 'close settles everything, and nothing moves afterwards',
    text: "Every call of close, also a second one at once, during traffic or under a fault, succeeds within the claimed time, the handlers' own time not counted; every publish that was pending has settled by then. Once the close of a consumer or of the bus has resolved, no handler of it runs any more, and nothing more is delivered to it.",
    claim: 'always',
    occasion:
      'a close that was called more than once, with operations, handlers or messages outstanding, or under a fault',
    wants: 10,
    leans: ['close-in-traffic'],
    evidence: 'outside',
  },
  {
    id: 'resources/8',
    area: 'resources',
    level: 'MUST',
    title: 'fifty buses leave no memory behind',
    text: 'When one process opens, uses and closes a bus fifty times, what was handed to those that have closed (site, messages, handlers) and what they gave (bus, consumers) is let go of, and memory does not grow by more than 64 KiB each time. Judged once garbage was collected, over the later half: a leak is what grows in at least four of five cycles there.',
    claim: 'always',
    occasion: 'a process that has opened and closed a bus at least twenty times',
    wants: 1,
    leans: ['calm'],
    evidence: 'outside',
  },
]
