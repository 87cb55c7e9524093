import { Type } from 'typebox'
import { baseConfig } from '../shared/runtime/process/config.ts'

export const config = Type.Object({
  ...baseConfig,
  IDENTITY_FOLDER: Type.String({
    minLength: 1,
    description: 'folder with signing-keys.json (a JWK set with private keys, newest first) and tools-secret; nothing is written there',
  }),
  PERSON_TOKEN_S: Type.Integer({ minimum: 60, maximum: 86_400, default: 3_600, description: "seconds that a person's token holds" }),
  CLIENT_TOKEN_S: Type.Integer({ minimum: 60, maximum: 86_400, default: 600, description: "seconds that a client's token holds" }),
})
