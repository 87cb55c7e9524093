import type { FastifyRequest } from 'fastify'
import { gatewayProblem } from '../errors.ts'
import { containsApiKey, withoutSecrets } from './api-key.ts'

const isNameOfAKey = (name: string): boolean => /^(x-?)?api[-_]?key$/i.test(name)

/**
 * Addresses are logged, kept in histories and sent on as `Referer`: a key in one is refused even when it is good. From here on the request has an address
 * without it, so that neither our log nor the answer repeats it.
 * @throws API_KEY_IN_ADDRESS
 */
export function refuseKeyInAddress({ raw, url, query }: FastifyRequest): void {
  const given = Object.entries(query as Readonly<Record<string, unknown>>)
  if (!containsApiKey(url) && !given.some(([name, value]) => isNameOfAKey(name) || containsApiKey(String(value)))) return
  const [path = ''] = url.split('?', 1)
  raw.url = withoutSecrets(path)
  throw gatewayProblem('API_KEY_IN_ADDRESS')
}
