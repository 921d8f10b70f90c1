/** Judges histories from their files, so that the thread that sends and records goes on meanwhile. */
import { parentPort } from 'node:worker_threads'
import { judge } from '../../check/judge.ts'
import { messageOf } from '../../errors.ts'
import { rank } from '../../history/ranks.ts'
import { readHistory } from '../../history/read.ts'
import { sortByTime } from '../../history/sort.ts'
import type { Judged, ToJudge } from './judging.ts'

async function judged({ path, complete }: ToJudge): Promise<Judged> {
  try {
    const { header, events } = await readHistory(path)
    return { findings: judge(header, rank(sortByTime(events)), { complete }) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

parentPort?.on('message', (asked: ToJudge) => void judged(asked).then((answer) => parentPort?.postMessage(answer)))
