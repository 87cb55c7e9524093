import { RE2JS, RE2JSSyntaxException } from 're2js'

/** Istio's bound, in bytes. */
const longest = 1024
/** Istio lets Envoy compile programs of 32768 instructions (`bootstrap.ts`); Envoy's, which work on bytes, are at most eight times RE2JS's. */
const largestProgram = 4096

/** Why a regular expression is refused; undefined when it is not. Istio's are RE2's, which have no look-ahead and no back reference. */
export function regexFault(regex: string): string | undefined {
  if (regex === '') return 'must not be an empty regex'
  if (Buffer.byteLength(regex) > longest) return `must not be a regex longer than ${longest} bytes`
  const wide = wideCharacter(regex)
  if (wide) return `has ${wide}: Envoy matches bytes, and none is above \\x{ff}`
  const size = programSize(regex)
  if (typeof size === 'string') return `must be an RE2 regex (https://github.com/google/re2/wiki/Syntax): ${size}`
  return size > largestProgram ? 'is a regex whose program is too large for Envoy: repeat less' : undefined
}

/** RE2's own count of instructions, or what is wrong with the expression. */
function programSize(regex: string): number | string {
  try {
    return RE2JS.compile(regex).programSize()
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error.message
    throw error
  }
}

const wideCharacter = (regex: string): string | undefined =>
  [...regex.matchAll(/\\(?:x\{0*([0-9a-f]+)\}|.)/gi)].find(([, code]) => code !== undefined && code.length > 2)?.[0]
