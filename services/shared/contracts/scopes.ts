/** What a caller may be allowed to do, and for whom it is meant. */
export const scopes = {
  'orders:own': 'place, read and cancel the orders of the customer who is signed in',
  'orders:any': 'the same for every customer: tools, experiments and the console',
  'operations:read': 'read what is stuck, in stock and earned, and the limits of a replica',
  'operations:write': 'change the limits of a replica for a while',
  'gateway:admin': 'read and change stages, keys and plans of the gateway',
} as const

export type Scope = keyof typeof scopes
