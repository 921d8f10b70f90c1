/**
 * Histories written by hand: each line of a test is one thing that happened, at a time in ms. Unless told otherwise it
 * happens on node `n1`, topic `t`, partition 0 and group `g`, and message `m7` lies at offset 7.
 */
export * from './story/basis.case.ts'
export * from './story/configuration.case.ts'
export * from './story/dispatch.case.ts'
export * from './story/envelopes.case.ts'
export * from './story/handling.case.ts'
export * from './story/health.case.ts'
export * from './story/members.case.ts'
export * from './story/processes.case.ts'
export * from './story/publishing.case.ts'
export * from './story/scrapes.case.ts'
