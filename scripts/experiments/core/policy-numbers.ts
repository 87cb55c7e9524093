import { layersOf } from './explain/layered-rule.ts'
import type { PolicyObject, PolicyReference } from './policy-object.ts'
import type { PolicyNumber } from './result.ts'

/** A field of a policy that a number of an experiment can come from. */
interface Field {
  readonly path: string
  readonly number: string
  /** What holds when the section is there and the field is not; fields without one say nothing then. */
  readonly byDefault?: string | number
}

/**
 * Defaults are Envoy's or Istio's: https://istio.io/latest/docs/reference/config/networking/destination-rule/ and
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/outlier_detection.proto
 */
const fields: Readonly<Record<string, readonly Field[]>> = {
  DestinationRule: [
    { path: 'connectionPool.tcp.maxConnections', number: 'connections that one caller may have' },
    { path: 'connectionPool.http.http1MaxPendingRequests', number: 'requests that may wait for a connection' },
    { path: 'connectionPool.http.http2MaxRequests', number: 'requests that may be active at once' },
    { path: 'connectionPool.http.maxRequestsPerConnection', number: 'requests until a connection is closed' },
    { path: 'connectionPool.http.maxRetries', number: 'retries that may be active at once' },
    { path: 'retryBudget.percent', number: 'requests under way that may be retries, %', byDefault: 20 },
    { path: 'retryBudget.minRetryConcurrency', number: 'retries that may be active at once in any case', byDefault: 3 },
    { path: 'outlierDetection.consecutive5xxErrors', number: 'failures in a row that eject a host', byDefault: 5 },
    { path: 'outlierDetection.consecutiveGatewayErrors', number: 'gateway errors in a row that eject a host' },
    { path: 'outlierDetection.interval', number: 'hosts return at a sweep every', byDefault: '10s' },
    { path: 'outlierDetection.baseEjectionTime', number: 'first ejection lasts', byDefault: '30s' },
    { path: 'outlierDetection.maxEjectionPercent', number: 'hosts that may be ejected at once, %', byDefault: 10 },
  ],
  VirtualService: [
    { path: 'timeout', number: 'a request may take' },
    { path: 'retries.attempts', number: 'retries of a request' },
    { path: 'retries.perTryTimeout', number: 'each try may take' },
  ],
}

/** The parts of an object that have such fields: of a DestinationRule its policies, those of its ports and subsets included. */
function partsOf(kind: string, object: PolicyObject | undefined): { readonly path: string; readonly part: unknown }[] {
  if (object === undefined) return []
  if (kind === 'DestinationRule') return layersOf(object).map(({ path, policy }) => ({ path, part: policy }))
  return [{ path: 'spec.http.0', part: at(object, 'spec.http.0') }]
}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((found, name) => (typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined), value)

/** A policy object → its numbers, each with the field that has it; none of what is not there, or of another kind. */
export function policyNumbers({ kind, namespace, name }: PolicyReference, object: PolicyObject | undefined): PolicyNumber[] {
  return partsOf(kind, object).flatMap((of) =>
    (fields[kind] ?? []).flatMap(({ path, number, byDefault }) => {
      const written = at(of.part, path)
      const section = at(of.part, path.slice(0, path.lastIndexOf('.')))
      const value = written ?? (section === undefined ? undefined : byDefault)
      if (value === undefined) return []
      const field = `${of.path}.${path}`
      return [{ number, value, object: `${kind} ${namespace}/${name}`, field, ...(written !== undefined && { written }) }]
    }),
  )
}
