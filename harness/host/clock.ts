/** ms of the machine's monotonic clock: the same in every process on Linux and macOS. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6

/** ms since `epoch`, in whole microseconds. */
export const since = (epoch: number, at: number = monotonic()): number => Math.round((at - epoch) * 1000) / 1000
