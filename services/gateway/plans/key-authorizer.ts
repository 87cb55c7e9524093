import type { Authorizer } from '../access/authorizer.ts'

/**
 * A key with scopes is also a caller: a program that acts for the key's owner, or for nobody in particular. Without scopes it only says which plan a request
 * belongs to.
 */
export const keyAuthorizer: Authorizer = {
  name: 'api-key',
  challenge: 'ApiKey realm="breakwater"',
  authenticate: ({ apiKey }) => {
    if (!apiKey || apiKey.scopes.length === 0) return undefined
    const { id, owner: customerId, scopes } = apiKey
    return { kind: 'client', id, ...(customerId !== undefined && { customerId }), scopes: new Set(scopes) }
  },
}
