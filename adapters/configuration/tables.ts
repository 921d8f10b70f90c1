/** Settings as a table for people. */
import type { SettingValue } from '../../harness/adapter.ts'
import { allowedBy, type Defaults, type Settings } from './definition.ts'
import { quoted } from './problems.ts'

export function shown(value: SettingValue | null, secret = false): string {
  if (value === null) return 'none'
  if (secret) return '***'
  return typeof value === 'string' ? quoted(value) : String(value)
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
