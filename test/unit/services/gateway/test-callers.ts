import type { Authorizer } from '../../../../services/gateway/access/authorizer.ts'
import type { Caller } from '../../../../services/gateway/access/caller.ts'
import { scopes } from '../../../../services/shared/contracts/scopes.ts'

/** A program that may do everything for everybody. */
export const tools: Caller = { kind: 'client', id: 'tools', scopes: new Set(Object.keys(scopes)) }

/** A customer, who may do what customers may. */
export const customer = (customerId: string): Caller => ({ kind: 'user', id: customerId, customerId, scopes: new Set(['orders:own']) })

/** Whatever a request presents, it is of this caller: for tests of what is behind the question who calls. */
export const calledBy = (caller: Caller): Authorizer => ({ name: 'test', authenticate: () => caller })
