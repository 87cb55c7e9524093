import { runProcess } from '../shared/runtime/process/process.ts'
import { createIdentity } from './app.ts'
import { config } from './config.ts'
import { createProvider } from './provider/create-provider.ts'
import { readSecrets } from './provider/read-secrets.ts'

await runProcess({
  service: 'identity',
  config,
  start: async ({ config: { IDENTITY_FOLDER, PERSON_TOKEN_S, CLIENT_TOKEN_S }, logger, metrics }) => {
    const secrets = await readSecrets(IDENTITY_FOLDER)
    const provider = createProvider({ secrets, personTokenS: PERSON_TOKEN_S, clientTokenS: CLIENT_TOKEN_S })
    return { app: createIdentity({ provider, logger, metrics }), stop: async () => {} }
  },
})
