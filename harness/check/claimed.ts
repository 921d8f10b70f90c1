/** What the checks and those who read their findings ask of claims. */
export { isClaimed } from '../claims/index.ts'
export { WIDE } from '../claims/retry.ts'
