/** Settings as tables for people. */
import type { Configuration, SettingValue } from '../../harness/adapter.ts'
import { allowedBy, type Defaults, type Settings } from './definition.ts'
import { quoted } from './problems.ts'

export function shown(value: SettingValue | null, secret = false): string {
  if (value === null) return 'none'
  if (secret) return '***'
  return typeof value === 'string' ? quoted(value) : String(value)
}

/** An aligned table: each setting's value, where it is from, its default in this environment, and what is allowed. */
export function explanation(settings: Settings, defaults: Defaults, configuration: Configuration): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const { value = null, from = '' } = configuration.settings[name] ?? {}
    return [name, shown(value, setting.secret), from, shown(defaults[name] ?? null, setting.secret), allowedBy(setting)]
  })
  const { environment } = configuration
  const title = environment === null ? '' : `environment: ${environment}\n\n`
  return `${title}${aligned([['setting', 'value', 'from', 'default', 'allowed'], ...rows])}\n`
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A Markdown table of all settings; `byEnvironment` has every default there. */
export function markdown(settings: Settings, byEnvironment: Readonly<Record<string, Defaults>>): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const others = Object.entries(byEnvironment).flatMap(([environment, { [name]: value = null }]) =>
      value === setting.default ? [] : [`${environment}: ${shown(value, setting.secret)}`],
    )
    const defaults = [shown(setting.default, setting.secret), ...others].join('; ')
    return [`\`${name}\``, defaults, allowedBy(setting), `${setting.text}${setting.secret ? ' (secret)' : ''}`]
  })
  const lines = [['setting', 'default', 'allowed', 'meaning'], ['---', '---', '---', '---'], ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('')
}
