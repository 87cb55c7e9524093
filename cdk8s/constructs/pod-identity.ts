import type { PodIdentity } from '../settings/settings.ts'

/** Annotations of a ServiceAccount by which the provider knows whose pods they are. */
export const identityAnnotations = (serviceAccount: string, identity?: PodIdentity): Record<string, string> =>
  Object.fromEntries(
    Object.entries(identity?.annotations ?? {}).map(([key, value]) => [key, value.replaceAll('{serviceAccount}', serviceAccount)]),
  )
