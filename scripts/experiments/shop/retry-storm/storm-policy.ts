import { hostName } from '../../core/destination.ts'
import type { PolicyObject } from '../../core/policy-object.ts'
import { shopDestination } from '../destinations.ts'

const destination = shopDestination('httpbin')
const apiVersion = 'networking.istio.io/v1'
const metadata = { name: destination.service, namespace: destination.namespace }

/** ms that one piece of work takes; httpbin does one at a time. */
export const workMs = 20
/** Of each try, and of a call with its retries. */
export const [tryMs, timeoutMs] = [250, 800]
const attempts = 2

/** Sends again what was not answered in time, as many routes do: in the run and in its control. */
export const eagerRoute: PolicyObject = {
  apiVersion,
  kind: 'VirtualService',
  metadata,
  spec: {
    hosts: [hostName(destination)],
    http: [
      {
        name: 'eager',
        route: [{ destination: { host: hostName(destination) } }],
        timeout: `${timeoutMs}ms`,
        retries: { attempts, perTryTimeout: `${tryMs}ms`, retryOn: '5xx' },
      },
    ],
  },
}

/**
 * What keeps retries from becoming the load. Retries: a fifth of what is under way. Pool: what one worker can do within a try (Little's law,
 * 250 ms ÷ 20 ms = 12), because whoever waits longer waits in vain. Ejection: time-outs in a row give the destination time to catch up.
 */
export const stormRule: PolicyObject = {
  apiVersion,
  kind: 'DestinationRule',
  metadata,
  spec: {
    host: hostName(destination),
    trafficPolicy: {
      connectionPool: {
        tcp: { maxConnections: Math.floor(tryMs / workMs) },
        http: { http1MaxPendingRequests: Math.floor(tryMs / workMs) },
      },
      retryBudget: { percent: 20, minRetryConcurrency: 1 },
      outlierDetection: { consecutive5xxErrors: 5, interval: '1s', baseEjectionTime: '2s', maxEjectionPercent: 100 },
    },
  },
}
