import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Static, type TObject, Type } from 'typebox'
import { ConfigError } from '../../../shared/runtime/process/config.ts'
import type { Logger } from '../../../shared/runtime/process/logger.ts'
import type { StartedAuthorizers } from '../started-authorizers.ts'
import { functionInFile } from './call-function.ts'
import { httpService } from './call-service.ts'
import { customAuthorizer } from './custom-authorizer.ts'
import { readCustomAuthorizer } from './settings.ts'

export const customAuthorizerConfig = {
  CUSTOM_AUTHORIZER_FILE: Type.Optional(
    Type.String({ description: 'file with the settings of an authorizer of your own; unset: there is none' }),
  ),
}

/**
 * The custom authorizer of the file that is configured; none without one.
 * @throws ConfigError
 */
export async function startCustomAuthorizer(
  config: Static<TObject<typeof customAuthorizerConfig>>,
  logger: Logger,
): Promise<StartedAuthorizers> {
  const { CUSTOM_AUTHORIZER_FILE: file } = config
  if (file === undefined) return { authorizers: [], close: async () => undefined }
  const settings = await readFile(file, 'utf8')
    .then(readCustomAuthorizer)
    .catch((error: Error) => {
      throw new ConfigError(`CUSTOM_AUTHORIZER_FILE: ${file} cannot be used: ${error.message}`)
    })
  const authorizer =
    settings.function === undefined
      ? httpService(settings.service as string, settings.mostCalls)
      : functionInFile(resolve(dirname(file), settings.function), settings.environment)
  const failed = ({ message }: Error) => logger.warn({ reason: message }, 'the custom authorizer gave no answer')
  return { authorizers: [customAuthorizer({ settings, authorizer, failed })], close: async () => void (await authorizer.close()) }
}
