import { namespace } from '../../services/shared/contracts/topology.ts'
import { type Admin, envoyAdmin } from '../envoy-admin/admin.ts'
import type { PodTunnels } from './pod-tunnels.ts'

/** Of the proxy in a pod: https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
export const proxyAdminPort = 15_000
const answerWithinMs = 15_000

/** The admin interface of a pod's proxy. */
export const proxyAdmin = (tunnels: PodTunnels, pod: string): Admin =>
  envoyAdmin(`the proxy of ${pod}`, () => tunnels.to({ namespace, pod, port: proxyAdminPort }), answerWithinMs)
