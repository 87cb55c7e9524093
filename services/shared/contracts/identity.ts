import { scopes } from './scopes.ts'

/** What the shop's own issuer of tokens, those who ask it and those who check its tokens have in common. */
export const identity = {
  /** `iss` of its tokens: its name in the mesh. */
  issuer: 'http://identity',
  /** `aud` of its tokens. */
  audience: 'breakwater',
  /** The client of everything that runs or tries the shop from outside. */
  toolsClient: 'tools',
  /** All that it may do. */
  toolsScope: Object.keys(scopes)
    .filter((scope) => scope !== 'orders:own')
    .join(' '),
  /** RFC 8693. */
  exchangeGrant: 'urn:ietf:params:oauth:grant-type:token-exchange',
  /** A `subject_token` that is nothing but somebody's name: whoever has the tools' secret may act for any customer anyway. */
  nameTokenType: 'urn:breakwater:token-type:name',
  /** Files of its folder, which are made before it starts: a JWK set with the private keys, newest first, and the tools' secret. */
  files: { keys: 'signing-keys.json', toolsSecret: 'tools-secret' },
  /** The Secret with these files in a cluster. */
  secret: 'identity',
} as const
