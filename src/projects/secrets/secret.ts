import { z } from 'zod'
import { words } from '../say.ts'

/** What a project may keep secret: names like those of the environment, values of any text. */

export const SECRETS_MAX = 32
const NAME_CHARACTERS_MAX = 64
/** A shorter one is a setting; and the log, which takes secrets out of its lines, would lose ordinary words. */
const VALUE_CHARACTERS_MIN = 8
const VALUE_BYTES_MAX = 8_192
const DESCRIPTION_CHARACTERS_MAX = 200

/** What the programs of a run go by: a secret under such a name would change how they work instead of what they know. */
const RESERVED = new Set(
  [
    'PATH HOME PORT PWD OLDPWD SHELL USER LOGNAME HOSTNAME TERM LANG LANGUAGE TZ TMPDIR TEMP TMP IFS ENV CDPATH CI',
    'NO_COLOR FORCE_COLOR EDITOR VISUAL PAGER CLASSPATH SHELLOPTS NO_PROXY ALL_PROXY HTTP_PROXY HTTPS_PROXY FTP_PROXY',
    'GOFLAGS GOPATH GOROOT GOPROXY GOENV GOBIN GOCACHE GOMODCACHE GOSUMDB GONOSUMDB GONOPROXY GOPRIVATE GOINSECURE',
    'GOVCS GOOS GOARCH GODEBUG GOMAXPROCS GOTMPDIR GOTOOLCHAIN GOWORK GOVERSION CGO_ENABLED CGO_CFLAGS CGO_LDFLAGS',
  ].flatMap(line => line.split(' ')),
)
const RESERVED_BEGINNINGS =
  /^(LD_|DYLD_|LC_|NODE_|NPM_CONFIG_|PIP_|PYTHON|CARGO_|RUST_|RUSTC|RUSTUP_|RUSTFLAGS|RUSTDOCFLAGS|MAVEN_|MVN_|JAVA_|JDK_|RUBY|PERL|BASH|GIT_|SSL_CERT_|MALLOC_|GLIBC_|BOTWRIGHT_)/

const nameSchema = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    'A secret is named like a variable of the environment: capital letters, digits and _, for instance STRIPE_KEY.',
  )
  .max(NAME_CHARACTERS_MAX, `The name of a secret has at most ${NAME_CHARACTERS_MAX} characters.`)
  .refine(
    name => !RESERVED.has(name) && !RESERVED_BEGINNINGS.test(name),
    'That name means something to the programs that run the app. Choose another one.',
  )

/** None of the messages repeats anything of the value. */
const valueSchema = z
  .string()
  .overwrite(withoutLineEnd)
  .refine(
    value => value.trim().length >= VALUE_CHARACTERS_MIN,
    `A secret has at least ${VALUE_CHARACTERS_MIN} characters; what is shorter is a setting, which the app can have in a file.`,
  )
  .refine(
    value => Buffer.byteLength(value) <= VALUE_BYTES_MAX,
    `A secret has at most ${VALUE_BYTES_MAX.toLocaleString('en')} bytes.`,
  )
  .refine(value => value.isWellFormed() && !value.includes('\0'), 'A secret is text, not a file.')

/** A value that was piped in or pasted ends with a line that is not part of it. */
function withoutLineEnd(value: string): string {
  return value.replace(/[\r\n]+$/, '')
}

export const secretSchema = z
  .object({
    name: nameSchema,
    value: valueSchema,
    description: words(DESCRIPTION_CHARACTERS_MAX, 'The description of the secret').optional(),
  })
  .refine(
    ({ value, description = '' }) => !description.includes(value.trim()),
    'The description holds the secret itself, and models read the description. Write what it is for.',
  )
