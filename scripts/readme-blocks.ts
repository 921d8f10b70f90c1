/** The commands of a Markdown page: the lines of its ```sh blocks. */

export interface PageCommand {
  /** Line in the page, from 1. */
  readonly line: number
  readonly command: string
  /** What the page says that it exits with, by a comment `# exits N` behind it; else 0. */
  readonly exits: number
}

export function commandsOf(page: string): PageCommand[] {
  const commands: PageCommand[] = []
  let inside = false
  for (const [index, text] of page.split('\n').entries()) {
    if (text.startsWith('```')) inside = text === '```sh'
    else if (inside && text.trim() !== '' && !text.startsWith('#')) commands.push(parse(text, index + 1))
  }
  return commands
}

function parse(text: string, line: number): PageCommand {
  const [command = '', comment = ''] = text.split(/\s+#\s+/, 2)
  return { line, command: command.trim(), exits: Number(/^exits (\d+)/.exec(comment)?.[1] ?? 0) }
}
