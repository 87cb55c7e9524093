import { createHash } from 'node:crypto'
import { deriveId } from '../../shared/runtime/messaging/derive-id.ts'
import type { Placed } from '../projections.ts'

/** Who asks, and under which of their Idempotency-Keys. */
export interface Wish {
  readonly customerId: string
  readonly idempotencyKey: string
}

/**
 * The same key of the same customer is the same order, on whatever replica it arrives; two customers never meet under one key.
 * Orders of earlier releases are named by the key alone: a customer who asks again for one of theirs is given its id,
 * and anybody else's key leads nowhere.
 */
export function orderIdOf({ customerId, idempotencyKey }: Wish, { customerOf }: Pick<Placed, 'customerOf'>): string {
  const earlier = namedByKeyAlone(idempotencyKey)
  return customerOf(earlier) === customerId ? earlier : `ord_${deriveId(customerId, idempotencyKey)}`
}

const namedByKeyAlone = (idempotencyKey: string): string =>
  `ord_${createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, 22)}`
