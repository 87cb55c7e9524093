import type { k8s } from 'cdk8s-plus-27'
import { identity } from '../../services/shared/contracts/identity.ts'
import { type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import type { Settings, TokenIssuer } from '../settings/settings.ts'

/** Who signs the tokens that a workload takes: the shop's own issuer, which it calls, or the one that the settings name. */
export function tokenIssuer(name: WorkloadName, { cluster }: Settings): k8s.EnvVar[] {
  if (!workload(name).calls.includes('identity')) return []
  const external = cluster?.tokenIssuer
  const values = external
    ? {
        JWT_ISSUER: external.issuer,
        JWT_JWKS_URI: external.jwksUri,
        JWT_AUDIENCE: external.audience,
        JWT_CUSTOMER_CLAIM: external.customerClaim,
        JWT_SCOPE_PREFIX: external.scopePrefix,
        JWT_GROUP_SCOPES: external.groupScopes,
      }
    : { JWT_ISSUER: identity.issuer, JWT_AUDIENCE: identity.audience }
  return Object.entries(values).flatMap(([variable, value]) => (value === undefined ? [] : [{ name: variable, value }]))
}

/** Hosts that are asked for its documents. */
export const issuerHosts = ({ issuer, jwksUri }: TokenIssuer): string[] => [
  ...new Set([issuer, ...(jwksUri === undefined ? [] : [jwksUri])].map((url) => new URL(url).hostname)),
]
