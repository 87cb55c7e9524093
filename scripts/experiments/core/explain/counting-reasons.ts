import type { Reason } from '../result.ts'
import type { OutlierDetection } from '../traffic-policy.ts'
import type { Fault } from './situation.ts'

/** Envoy's, where a rule leaves them out. Gateway errors are counted by default, too, but eject nobody. */
const defaults = { consecutive5xxErrors: 5, consecutiveLocalOriginFailures: 5 }

/** Failures in a row that eject a host; 0 where the count is switched off. */
const thresholds = ({
  consecutive5xxErrors = defaults.consecutive5xxErrors,
  consecutiveGatewayErrors = 0,
  consecutiveLocalOriginFailures,
}: OutlierDetection) => ({
  fiveHundreds: consecutive5xxErrors,
  gateway: consecutiveGatewayErrors,
  // Istio does not pass 0 on.
  localOrigin: consecutiveLocalOriginFailures || defaults.consecutiveLocalOriginFailures,
})

/** Why the failures of a fault were counted otherwise than the rule seems to say, or not at all. @param at the full name of a field */
export function countingReasons(fault: Fault, detection: OutlierDetection, at: (name: string) => string): Reason[] {
  return [
    ...names(detection, at),
    ...gatewayNeverFirst(detection, at),
    ...(isStatus(fault) ? ofAnswers(fault, detection, at) : ofNoAnswer(detection, at)),
  ]
}

const isStatus = (fault: Fault): fault is { readonly status: number } => typeof fault === 'object' && 'status' in fault

/** Fields that stand there for nothing. */
function names(
  { consecutiveErrors = 0, consecutive5xxErrors, consecutiveLocalOriginFailures = 0, splitExternalLocalOriginErrors }: OutlierDetection,
  at: (name: string) => string,
): Reason[] {
  return [
    ...(consecutiveErrors > 0
      ? [
          {
            field: at('consecutiveErrors'),
            because: `the field was renamed in 2019 and istiod ignores the old name: ${consecutive5xxErrors ?? defaults.consecutive5xxErrors} failures in a row eject, not ${consecutiveErrors}.`,
            wouldWork: `consecutive5xxErrors: ${consecutiveErrors}`,
          },
        ]
      : []),
    ...(consecutiveLocalOriginFailures > 0 && !splitExternalLocalOriginErrors
      ? [
          {
            field: at('consecutiveLocalOriginFailures'),
            because:
              'it counts only beside splitExternalLocalOriginErrors: true; without that, failed connections and time-outs count as 5xx.',
            wouldWork: `splitExternalLocalOriginErrors: true, or consecutive5xxErrors: ${consecutiveLocalOriginFailures}`,
          },
        ]
      : []),
  ]
}

/** Each gateway error is a 5xx as well. With both counts equal the host goes out at the same failure, so that the gateway count changes nothing. */
function gatewayNeverFirst(detection: OutlierDetection, at: (name: string) => string): Reason[] {
  const { fiveHundreds, gateway } = thresholds(detection)
  if (gateway === 0 || fiveHundreds === 0 || gateway < fiveHundreds) return []
  const unset = detection.consecutive5xxErrors === undefined ? " (Envoy's default, because consecutive5xxErrors is unset)" : ''
  return [
    {
      field: at('consecutiveGatewayErrors'),
      because: `502, 503 and 504 are 5xx, too: ${fiveHundreds} in a row${unset} eject before ${gateway} do.`,
      wouldWork: `${fiveHundreds > 1 ? `consecutiveGatewayErrors: ${fiveHundreds - 1} or less, or ` : ''}consecutive5xxErrors: 0, so that gateway errors alone count`,
    },
  ]
}

function ofAnswers({ status }: { readonly status: number }, detection: OutlierDetection, at: (name: string) => string): Reason[] {
  const { fiveHundreds, gateway } = thresholds(detection)
  if (status < 500)
    return [
      {
        field: at('consecutive5xxErrors'),
        because: `${status} is no failure to outlierDetection: it counts answers from 500 on, and failed connections.`,
        wouldWork: 'a status from 500 on',
      },
    ]
  const isGateway = status >= 502 && status <= 504
  if (fiveHundreds > 0 || (isGateway && gateway > 0)) return []
  const others =
    gateway > 0
      ? `and ${status} is no gateway error (502, 503, 504), so that consecutiveGatewayErrors does not count it`
      : 'and nothing else counts'
  return [switchedOff(others, at)]
}

const switchedOff = (others: string, at: (name: string) => string): Reason => ({
  field: at('consecutive5xxErrors'),
  because: `consecutive5xxErrors: 0 switches the count off, ${others}: no number of failures ejects.`,
  wouldWork: 'consecutive5xxErrors: 1 or more',
})

/** No answer came: to Envoy a 503 or 504 of local origin. */
function ofNoAnswer(detection: OutlierDetection, at: (name: string) => string): Reason[] {
  const { fiveHundreds, gateway, localOrigin } = thresholds(detection)
  if (!detection.splitExternalLocalOriginErrors) return fiveHundreds > 0 || gateway > 0 ? [] : [switchedOff('and nothing else counts', at)]
  if (detection.consecutiveLocalOriginFailures || localOrigin === fiveHundreds) return []
  return [
    {
      field: at('splitExternalLocalOriginErrors'),
      because: `with it, failed connections, resets and time-outs are no 5xx: consecutiveLocalOriginFailures counts them, which is unset, so that ${localOrigin} in a row eject (Envoy's default) and consecutive5xxErrors: ${fiveHundreds} does not matter.`,
      wouldWork: `consecutiveLocalOriginFailures: ${fiveHundreds || 1}, or no splitExternalLocalOriginErrors`,
    },
  ]
}
