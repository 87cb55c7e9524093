import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { acme } from './signed-server.ts'

/** AWS's own signer, as its SDK for JavaScript uses it. */
export const signer = (
  given: { credentials?: typeof acme & { sessionToken?: string }; region?: string; service?: string; applyChecksum?: boolean } = {},
) => new SignatureV4({ credentials: acme, region: 'us-east-1', service: 'execute-api', sha256: Sha256, ...given })

export interface ToSign {
  readonly method?: string
  readonly path?: string
  readonly query?: Record<string, string | string[]>
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** What the signer takes. */
export const request = ({ method = 'GET', path = '/things/one', query = {}, headers = {}, body }: ToSign = {}) => ({
  method,
  protocol: 'http:',
  hostname: 'api.example',
  path,
  query,
  headers: { host: 'api.example', ...headers },
  ...(body !== undefined && { body }),
})

/** RFC 3986, as AWS's HTTP handlers write a query. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

interface Signed {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | string[] | null>> | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What was signed, as it goes over the wire. */
export function onWire({ method, path, query = {}, headers, body }: Signed) {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value ?? ''].flat().map((one) => `${escaped(name)}=${escaped(one)}`))
  return {
    method: method as 'GET' | 'POST',
    url: `${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`,
    headers,
    ...(typeof body === 'string' && { payload: body }),
  }
}
