import { Type } from 'typebox'
import { IdempotencyKey } from '../../shared/contracts/index.ts'
import type { Access } from '../access/access.ts'

/** What rows of several versions have in common: who may call, and the headers beside bodies. */

/** A customer, for what is theirs; tools and experiments for everybody's. */
export const ownOrders: Access = { scopes: ['orders:own', 'orders:any'], owner: 'customer' }
/** Who runs the shop. */
export const readOperations: Access = { scopes: ['operations:read'] }
export const writeOperations: Access = { scopes: ['operations:write'] }

const EntityTag = Type.String({ description: 'of what the caller may read next: it goes into If-None-Match or If-Match' })

export const PlaceHeaders = Type.Object({ 'idempotency-key': IdempotencyKey })

export const CancelHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: '`*`, or entity tags of the order, of 10 versions at most' })),
})

export const PageConditions = Type.Object({
  prefer: Type.Optional(Type.String({ description: '`wait=5`: answer when there is news, after 5 seconds at the latest (8 at most)' })),
  'if-none-match': Type.Optional(Type.String({ description: 'entity tag of the page, or of the change, that the caller knows' })),
})

export const AcceptedHeaders = Type.Object({ location: Type.String(), etag: Type.Optional(EntityTag) })

export const OrderPageHeaders = Type.Object({
  etag: Type.Optional(EntityTag),
  'preference-applied': Type.Optional(Type.String()),
  'version-awaited': Type.Optional(Type.String()),
})

export const placeProblems = {
  400: ['IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_KEY_INVALID'],
  409: ['IDEMPOTENCY_KEY_REUSED', 'COMMAND_PARKED'],
  422: ['SKU_UNKNOWN', 'SKU_REPEATED', 'ORDER_TOTAL_TOO_LARGE'],
}

export const cancelProblems = {
  400: ['IF_MATCH_INVALID'],
  404: ['ORDER_UNKNOWN'],
  409: ['ORDER_ALREADY_SHIPPED', 'COMMAND_PARKED'],
  412: ['VERSION_CONFLICT'],
}
