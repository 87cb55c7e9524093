import { Type } from 'typebox'
import { signatureDefaults } from './verify-signature.ts'

/** What the gateway reads about partners who sign their requests. */
export const sigv4Config = {
  SIGV4_PARTNERS_FILE: Type.Optional(
    Type.String({ description: 'file with the partners who may sign requests, and their keys; unset: nobody may' }),
  ),
  SIGV4_REGION: Type.String({
    pattern: '^[\\w-]{1,64}$',
    default: signatureDefaults.region,
    description: 'region that requests are signed for',
  }),
  SIGV4_SERVICE: Type.String({
    pattern: '^[\\w-]{1,64}$',
    default: signatureDefaults.service,
    description: 'service that requests are signed for',
  }),
  SIGV4_WINDOW_S: Type.Integer({
    minimum: 1,
    maximum: 900,
    default: signatureDefaults.windowSeconds,
    description: 'seconds that the time of a signature may be away from now',
  }),
  SIGV4_PRESIGNED_S: Type.Integer({
    minimum: 1,
    maximum: 604_800,
    default: signatureDefaults.longestPresigned,
    description: 'seconds that a presigned URL may hold',
  }),
}
