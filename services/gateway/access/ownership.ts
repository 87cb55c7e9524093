import { forbidden } from './access-problems.ts'
import type { Caller } from './caller.ts'

/** Whether what belongs to this customer is the caller's business. */
export const mayAccess = ({ scopes, customerId }: Caller, owner: string): boolean =>
  scopes.has('orders:any') || (customerId !== undefined && customerId === owner)

/**
 * For a customer whom the request itself names. (Somebody else's order is 404 instead: nobody is told that it exists.)
 * @throws FORBIDDEN
 */
export function requireOwn(caller: Caller, owner: string): void {
  if (!mayAccess(caller, owner)) throw forbidden('This belongs to another customer.')
}
