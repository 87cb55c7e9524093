import { createHash } from 'node:crypto'
import { canonicalJson } from '../decider/canonical-json.ts'

/**
 * SHA-256 (hex) of what the customer asked for. Same wish, same hash: the order of properties does not matter, that of lists does.
 * Prices are not part of it, so that a retry after a price change is still the same order.
 */
export const requestHash = (body: unknown): string => createHash('sha256').update(canonicalJson(body)).digest('hex')
