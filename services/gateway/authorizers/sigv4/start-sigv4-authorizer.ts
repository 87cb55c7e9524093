import type { Static, TObject } from 'typebox'
import type { Logger } from '../../../shared/runtime/process/logger.ts'
import { followFile } from '../../access/followed-file.ts'
import type { StartedAuthorizers } from '../started-authorizers.ts'
import { readPartners } from './partners.ts'
import { sigV4Authorizer } from './sigv4-authorizer.ts'
import type { sigv4Config } from './sigv4-config.ts'

/**
 * The authorizer of the partners in the file that is configured; none without one. A partner or key that is added or taken away counts within seconds.
 * @throws ConfigError
 */
export async function startSigV4Authorizer(config: Static<TObject<typeof sigv4Config>>, logger: Logger): Promise<StartedAuthorizers> {
  const { SIGV4_PARTNERS_FILE: file, SIGV4_REGION: region, SIGV4_SERVICE: service } = config
  if (file === undefined) return { authorizers: [], close: async () => undefined }
  const partners = await followFile(file, readPartners, logger)
  const rules = { region, service, windowSeconds: config.SIGV4_WINDOW_S, longestPresigned: config.SIGV4_PRESIGNED_S }
  return { authorizers: [sigV4Authorizer({ credentials: () => partners.current, ...rules })], close: async () => partners.stop() }
}
