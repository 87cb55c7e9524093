import { Type } from 'typebox'

/** What the gateway reads of the issuer whose tokens it takes. */
export const jwtConfig = {
  JWT_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://[^/\\s]+(/\\S*)?$',
      description: 'who signs the tokens that are taken, as in their claim iss; http: is a service of the mesh. Unset: no token is taken',
    }),
  ),
  JWT_JWKS_URI: Type.Optional(
    Type.String({ pattern: '^https?://\\S+$', description: 'where its keys are; unset: as its /.well-known/openid-configuration says' }),
  ),
  JWT_AUDIENCE: Type.String({
    default: 'breakwater',
    description: 'whom tokens must be for (aud), comma separated; of tokens without aud, which client_id they must have',
  }),
  JWT_CUSTOMER_CLAIM: Type.String({ default: 'sub', description: "the claim that is a person's customer id" }),
  JWT_SCOPE_PREFIX: Type.String({ default: '', description: 'what the issuer writes before our scopes' }),
  JWT_GROUP_SCOPES: Type.String({
    default: '',
    pattern: '^$|^[^=;]+=[^=;]+(;[^=;]+=[^=;]+)*$',
    description: 'scopes by group of the issuer: operators=operations:read operations:write;admins=gateway:admin',
  }),
  JWT_CLOCK_SKEW_S: Type.Integer({ minimum: 0, maximum: 300, default: 5, description: "seconds by which the issuer's clock may differ" }),
  JWT_CACHED_TOKENS: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 10_000, description: 'verified tokens that are remembered' }),
}
