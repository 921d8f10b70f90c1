/** Ends processes that outlived their harness, and nothing else that may by now have their numbers. */
import { sleep } from '../../waiting.ts'
import { type ProcessIdentity, processAt } from './identity.ts'
import type { Leftover } from './leftover.ts'

type Program = Extract<Leftover, { kind: 'process' }>

/** How long those that can end in good order may take, and all of them once they are killed, ms. */
const ORDER_WITHIN = 5_000
const KILL_WITHIN = 5_000
const LOOK_EVERY = 20

/** Which of them ran, and which of those still do. */
export async function endProcesses(
  programs: readonly Program[],
): Promise<{ readonly ran: readonly Program[]; readonly left: readonly Program[] }> {
  const ran = programs.filter(isRunning)
  const orderly = ran.filter(({ end }) => end !== 'SIGKILL')
  for (const program of orderly) {
    signal(program, program.end)
    // One that is stopped hears nothing else.
    signal(program, 'SIGCONT')
  }
  await gone(orderly, ORDER_WITHIN)
  for (const program of ran) signal(program, 'SIGKILL')
  await gone(ran, KILL_WITHIN)
  return { ran, left: ran.filter(isRunning) }
}

const running = ({ members }: Program): readonly ProcessIdentity[] =>
  members.filter(({ pid, started }) => processAt(pid)?.started === started)

const isRunning = (program: Program): boolean => running(program).length > 0

/** To the whole group where a member that runs is in a group that one of them leads; else to the members. */
function signal(program: Program, name: NodeJS.Signals): void {
  const targets = running(program).map(({ pid }) => {
    const group = processAt(pid)?.group
    return group !== undefined && program.members.some((member) => member.pid === group) ? -group : pid
  })
  for (const target of new Set(targets)) {
    try {
      process.kill(target, name)
    } catch {
      // It has just ended, or is not ours to end: whether it still runs is looked at afterwards.
    }
  }
}

async function gone(programs: readonly Program[], within: number): Promise<void> {
  const until = performance.now() + within
  while (programs.some(isRunning) && performance.now() < until) {
    await sleep(LOOK_EVERY)
  }
}
