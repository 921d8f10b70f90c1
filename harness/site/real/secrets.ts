/** Which of a system's credentials are secrets. */

const SECRET_NAME = /pass|token|secret|key|auth|credential/i
const ADDRESS_NAME = /url|uri|dsn|connection/i

/** Names of users and databases are none. Of a connection string the password is one too, apart from the rest of it. */
export const secretsAmong = (credentials: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(credentials).flatMap(([name, value]) => {
      if (SECRET_NAME.test(name)) return [[name, value]]
      return ADDRESS_NAME.test(name) ? [[name, value], ...passwordIn(name, value)] : []
    }),
  )

function passwordIn(name: string, text: string): [string, string][] {
  const inUrl = URL.canParse(text) ? decoded(new URL(text).password) : ''
  const named = /\bpassword\s*=\s*('[^']*'|[^\s;&]+)/i.exec(text)?.[1]?.replaceAll("'", '') ?? ''
  return [inUrl, named].filter((password) => password !== '').map((password) => [`password in ${name}`, password])
}

/** As it is where it is not encoded as a URI asks. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
