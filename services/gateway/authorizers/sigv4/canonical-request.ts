import { signatureRefused } from './signature-refused.ts'

/**
 * The canonical request of AWS Signature Version 4, from what came over the wire.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * Where two requests that mean different things would have one canonical form, the request is refused: whoever sees one could send the other.
 */
export function canonicalRequest(parts: {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly signedHeaders: readonly string[]
  readonly payloadHash: string
}): string {
  const { method, path, query, headers, signedHeaders, payloadHash } = parts
  const lines = signedHeaders.map((name) => `${name}:${canonicalHeader(name, headers.get(name))}\n`).join('')
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines}\n${signedHeaders.join(';')}\n${payloadHash}`
}

/**
 * Encoded once more than on the wire, as every service but S3 wants it: `%20` is signed as `%2520`. Signers also leave out `.`, `..` and empty segments;
 * a request that still has some would be signed as another path, so it is refused.
 */
export function canonicalPath(path: string): string {
  if (/\/(?:\.{0,2}\/|\.{1,2}$)/.test(path))
    throw signatureRefused('The path of a signed request has no empty segment, no . and no .. : send it as it is signed.')
  return encode(path, unencodedInPath)
}

/**
 * Sorted by name, then by value; each byte encoded as RFC 3986 has it, whatever it looked like on the wire. Without `X-Amz-Signature`, which cannot sign
 * itself.
 */
export function canonicalQuery(query: string): string {
  if (query === '') return ''
  if (query.includes('+'))
    throw signatureRefused('Write %20 or %2B instead of + in the query of a signed request: one reads it as a space, another as a plus.')
  const pairs: (readonly [string, string])[] = []
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = reencode(at < 0 ? pair : pair.slice(0, at))
    if (name !== 'X-Amz-Signature') pairs.push([name, at < 0 ? '' : reencode(pair.slice(at + 1))])
  }
  return pairs
    .sort(([a, v], [b, w]) => order(a, b) || order(v, w))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Several lines of one name are one with commas; spaces around a value do not count, several inside count as one, and so does a fold. */
function canonicalHeader(name: string, values: readonly string[] | undefined): string {
  if (values === undefined) throw signatureRefused(`Header ${name} is signed, but was not sent.`)
  return values.map((value) => value.trim().replace(/\s+/g, ' ')).join(',')
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const unencodedInPath = /[^A-Za-z0-9\-._~/]/g
const unreserved = /[A-Za-z0-9\-._~]/

const encode = (text: string, others: RegExp): string => text.replace(others, percent)

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** Encoded in any way → encoded in the one way that is signed. */
const reencode = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})?|[^A-Za-z0-9\-._~]/g, (found, hex: string | undefined) => {
    if (hex === undefined && found === '%') throw signatureRefused('The query has a % that encodes nothing.')
    if (hex === undefined) return percent(found)
    const char = String.fromCharCode(Number.parseInt(hex, 16))
    return unreserved.test(char) ? char : found.toUpperCase()
  })
