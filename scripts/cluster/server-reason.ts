import { ApiException } from '@kubernetes/client-node'

/** The API server's own sentence about a refusal; the client's message would also hold all headers. */
export function serverReason(error: unknown): string {
  if (!(error instanceof ApiException)) return error instanceof Error ? error.message : String(error)
  const body = parsed(error.body)
  return body && typeof body === 'object' && 'message' in body ? String(body.message) : `status ${error.code}`
}

/** The client hands out some bodies as text, and not all of them are JSON. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
