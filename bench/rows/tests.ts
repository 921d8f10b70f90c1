import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Found, meets, type Row } from '../row.ts'

export const row: Row = {
  name: 'tests',
  what: '`npm test`, everything installed',
  goal: '≤ 3 min',
  onlyByName: true,
  async run(): Promise<Found> {
    const began = performance.now()
    const child = spawn('npm', ['test'], { stdio: 'ignore', cwd: new URL('../..', import.meta.url) })
    const [code] = await once(child, 'exit')
    const seconds = (performance.now() - began) / 1000
    return {
      measured: `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s, exit code ${code}`,
      meets: meets(seconds <= 180 && code === 0),
    }
  },
}
