import type { Scope } from '../../shared/contracts/scopes.ts'

/** Who may sign in, and what for. Customers are called as in the examples of the documentation. */
export const people: ReadonlyMap<string, readonly Scope[]> = new Map<string, readonly Scope[]>([
  ['alice', ['orders:own']],
  ['bob', ['orders:own']],
  ['carol', ['orders:own']],
  ['olivia', ['operations:read', 'operations:write', 'gateway:admin']],
])
