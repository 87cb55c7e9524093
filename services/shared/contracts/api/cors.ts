import { type Static, Type } from 'typebox'

/** Scheme, host and port, as browsers send it: nothing behind, all in small letters. */
const Origin = Type.String({
  pattern: '^https?://([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?$',
  maxLength: 300,
})

const HeaderNames = Type.Array(Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", maxLength: 100 }), {
  maxItems: 50,
  uniqueItems: true,
})

const common = {
  requestHeaders: Type.Optional(HeaderNames),
  exposedHeaders: Type.Optional(HeaderNames),
  maxAgeSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'how long a browser keeps the answer to a preflight; browsers have limits of their own',
    }),
  ),
}

/**
 * Which pages of other origins may call a stage from a browser (Cross-Origin Resource Sharing). Any page, then without credentials; or those of a list,
 * then also with them: cookies and HTTP authentication of the browser's own.
 */
export const CorsSettings = Type.Union([
  Type.Object({ origins: Type.Literal('*'), ...common }),
  Type.Object({
    origins: Type.Array(Origin, { minItems: 1, maxItems: 100, uniqueItems: true }),
    credentials: Type.Optional(Type.Boolean()),
    ...common,
  }),
])
export type CorsSettings = Static<typeof CorsSettings>
