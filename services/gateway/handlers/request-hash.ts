import { createHash } from 'node:crypto'

/**
 * SHA-256 (hex) of what the customer asked for. Same wish, same hash: the order of properties does not matter, that of lists does.
 * Prices are not part of it, so that a retry after a price change is still the same order.
 */
export const requestHash = (body: unknown): string => createHash('sha256').update(canonicalJson(body)).digest('hex')

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
