import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import { leftOut } from './long.ts'

/** Ends the name of a suite that lacks something; what follows says what, and the command that gets it. */
const NOT_RUN = ' — not run: '

/** Ends a test run by naming each suite that did not run, why, and the command that gets what it lacks. */
export default class NotRunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const named = modules.flatMap((module) => [...notRun(module)])
    const others = leftOut(process.argv.slice(2), process.cwd()) ?? []
    const lines = [...new Set(named.concat(others))].map((name) => `  ${name}`)
    if (lines.length === 0) return
    process.stdout.write(`\nNot run:\n${lines.join('\n')}\n`)
  }
}

function* notRun(parent: TestModule | TestSuite): Generator<string> {
  for (const child of parent.children) {
    if (child.name.includes(NOT_RUN)) yield child.name
    else if (isSuite(child)) yield* notRun(child)
  }
}

const isSuite = (child: TestCase | TestSuite): child is TestSuite => child.type === 'suite'
