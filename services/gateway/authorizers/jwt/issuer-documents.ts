import { Agent } from 'undici'

/** Reads a JSON document of the issuer. @throws Error when there is none that can be read in time */
export type IssuerDocuments = (url: URL) => Promise<unknown>

export interface IssuerDocumentsOptions {
  /** `host:port` of the sidecar's outbound listener; unset in a cluster, where Istio redirects. */
  readonly outbound?: string | undefined
  readonly timeoutMs: number
}

/** Bytes; a set of keys has a few thousand. */
const maxDocument = 256 * 1024

/**
 * From a service of the mesh for `http:` (the proxies encrypt), else straight from the issuer by `https:`. Redirects are not followed.
 * It belongs to no request: a caller who goes must not take the keys from all others.
 */
export function issuerDocuments({ outbound, timeoutMs }: IssuerDocumentsOptions): IssuerDocuments & { close(): Promise<void> } {
  const agent = new Agent({ maxResponseSize: maxDocument, connect: { timeout: timeoutMs } })
  const read: IssuerDocuments = async (url) => {
    const isInMesh = url.protocol === 'http:'
    const { statusCode, body } = await agent.request({
      origin: isInMesh && outbound !== undefined ? `http://${outbound}` : url.origin,
      method: 'GET',
      path: url.pathname + url.search,
      headers: { host: url.host, accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`${url.href} answers ${statusCode}`)
    return JSON.parse(text)
  }
  return Object.assign(read, { close: () => agent.close() })
}
