import { algorithm, signatureRefused } from './signature-refused.ts'

/** What a signed request says of its signature, in `Authorization` or in the query of a presigned URL. Nothing of it is proved yet. */
export interface PresentedSignature {
  readonly accessKeyId: string
  /** `YYYYMMDD`, of the credential's scope. */
  readonly date: string
  readonly region: string
  readonly service: string
  /** In lower case, in order, each once. */
  readonly signedHeaders: readonly string[]
  /** 64 hexadecimal digits. */
  readonly signature: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly signedAt: string
  /** Only of a presigned URL: seconds that it holds from `signedAt` on. */
  readonly expiresIn?: number
  /** What is said of the body (`x-amz-content-sha256`): a hash, or a word such as `UNSIGNED-PAYLOAD`; absent when the signer sends no such header. */
  readonly payloadHash?: string
}

type Headers = ReadonlyMap<string, readonly string[]>

/**
 * The signature that a request presents; undefined when it presents none.
 * @throws UNAUTHENTICATED when it presents one that cannot be read, or two
 */
export function presentedSignature(headers: Headers, query: string): PresentedSignature | undefined {
  const authorization = headers.get('authorization')
  const inHeader = authorization?.some((value) => value.startsWith(algorithm)) ?? false
  const inQuery = /(?:^|&)X-Amz-(?:Algorithm|Signature)=/.test(query)
  if (!inHeader && !inQuery) return undefined
  if (authorization !== undefined && (inQuery || authorization.length > 1))
    throw signatureRefused('Say who you are in one way: one Authorization header, or a presigned URL.')
  if (headers.has('x-amz-security-token') || /(?:^|&)X-Amz-Security-Token=/i.test(query))
    throw signatureRefused('Session tokens are not supported: sign with the key of a partner, without x-amz-security-token.')
  return inQuery ? fromQuery(query, headers) : fromHeaders(authorization?.[0] as string, headers)
}

function fromHeaders(authorization: string, headers: Headers): PresentedSignature {
  const fields = new Map<string, string>()
  for (const part of authorization.slice(algorithm.length).split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    if (at < 0 || fields.has(name)) throw unreadable()
    fields.set(name, part.slice(at + 1).trim())
  }
  if (authorization[algorithm.length] !== ' ' || fields.size !== 3) throw unreadable()
  return {
    ...parts(fields.get('Credential'), fields.get('SignedHeaders'), fields.get('Signature')),
    signedAt: instant(only(headers, 'x-amz-date')),
    ...payloadHashIn(headers),
  }
}

const unreadable = () => signatureRefused(`Authorization is to be ${algorithm} Credential=…, SignedHeaders=…, Signature=…`)

function fromQuery(query: string, headers: Headers): PresentedSignature {
  const fields = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (!/^x-amz-/i.test(pair)) continue
    const [name = '', value = ''] = pair.split('=', 2)
    if (fields.has(name)) throw signatureRefused(`${name} is given twice.`)
    fields.set(name, decoded(value))
  }
  if (fields.get('X-Amz-Algorithm') !== algorithm) throw signatureRefused(`X-Amz-Algorithm is to be ${algorithm}.`)
  const expiresIn = fields.get('X-Amz-Expires') ?? ''
  if (!/^[1-9]\d{0,6}$/.test(expiresIn)) throw signatureRefused('X-Amz-Expires is to be a number of seconds, at least 1.')
  const payloadHash = fields.get('X-Amz-Content-Sha256')
  return {
    ...parts(fields.get('X-Amz-Credential'), fields.get('X-Amz-SignedHeaders'), fields.get('X-Amz-Signature')),
    signedAt: instant(fields.get('X-Amz-Date')),
    expiresIn: Number(expiresIn),
    ...(payloadHash === undefined ? payloadHashIn(headers) : { payloadHash }),
  }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw signatureRefused('The query has a % that encodes nothing.')
  }
}

function parts(credential = '', signedHeaders = '', signature = '') {
  const [, accessKeyId, date, region, service] = /^(\w{4,128})\/(\d{8})\/([\w-]{1,64})\/([\w-]{1,64})\/aws4_request$/.exec(credential) ?? []
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    throw signatureRefused('Credential is to be <access key id>/<YYYYMMDD>/<region>/<service>/aws4_request.')
  const names = signedHeaders.split(';')
  if (!names.every((name, i) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && (i === 0 || (names[i - 1] as string) < name)))
    throw signatureRefused('SignedHeaders is to have names in lower case and in order, each once, with ; between them.')
  if (!/^[0-9a-f]{64}$/.test(signature)) throw signatureRefused('Signature is to have 64 hexadecimal digits.')
  return { accessKeyId, date, region, service, signedHeaders: names, signature }
}

/** Several are joined: what is refused then is no hash. */
const payloadHashIn = (headers: Headers): { readonly payloadHash?: string } => {
  const given = headers.get('x-amz-content-sha256')
  return given === undefined ? {} : { payloadHash: given.join(',') }
}

const only = (headers: Headers, name: string): string | undefined => {
  const values = headers.get(name)
  return values?.length === 1 ? values[0] : undefined
}

function instant(text: string | undefined): string {
  if (text === undefined || !/^\d{8}T\d{6}Z$/.test(text) || Number.isNaN(millis(text)))
    throw signatureRefused('Say when you signed, once: x-amz-date (X-Amz-Date in a presigned URL) as YYYYMMDDTHHMMSSZ.')
  return text
}

/** `YYYYMMDDTHHMMSSZ` → milliseconds of the epoch; NaN when there is no such moment. */
export const millis = (text: string): number => Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
