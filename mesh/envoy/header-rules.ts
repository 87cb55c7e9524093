const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const pseudoHeaders = [':method', ':scheme', ':authority', ':path', ':status']
/** Of protobuf's rule for a header in Envoy. */
const longestValue = 16_384

/** Istio writes a request's authority as a header; Envoy has a field of its own for it. */
export const isAuthority = (name: string): boolean => ['host', ':authority'].includes(name.toLowerCase())

/** Name of a header that a match looks at; why it is refused. */
export function matchedHeaderFault(name: string): string | undefined {
  if (/^@request\.auth\.claims[.[]/i.test(name)) return `matches the JWT claim ${name}, which only gateways can`
  return token.test(name) || pseudoHeaders.includes(name) ? undefined : `has "${name}", which is no valid header name`
}

/** Name of a header that is set, added or removed; `authority` where Istio takes Host for a rewrite of it. */
export function changedHeaderFault(name: string, { authority }: { authority: boolean }): string | undefined {
  if (isAuthority(name)) return authority ? undefined : `changes ${name}, which only request.set and request.add can`
  return token.test(name) ? undefined : `has "${name}", which is no valid header name`
}

/** Envoy fills these in for each request. A length after the argument, `%REQ(X):20%`, is Envoy's too, but Istio refuses it. Those with arguments in parentheses have one here. */
const commands =
  /^(?:START_TIME|PROTOCOL|HOSTNAME|ROUTE_NAME|REQUESTED_SERVER_NAME|RESPONSE_FLAGS|RESPONSE_CODE|UPSTREAM_HOST|UPSTREAM_CLUSTER|UPSTREAM_REMOTE_ADDRESS|DOWNSTREAM_REMOTE_ADDRESS|DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT|DOWNSTREAM_LOCAL_ADDRESS|DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT|DOWNSTREAM_LOCAL_PORT|(?:REQ|RESP)\([A-Za-z0-9:_-]+(?:\?[A-Za-z0-9:_-]+)?\))$/

/** Value of a header, in which `%COMMAND%` is filled in and `%%` is a percent sign; why it is refused. */
export function headerValueFault(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return 'must not contain control characters'
  if (Buffer.byteLength(value) > longestValue) return `must not be longer than ${longestValue} bytes`
  for (const [, command] of value.matchAll(/%(?:%|([^%]*)%)/g)) {
    if (command !== undefined && !commands.test(command)) return `has %${command}%, which the laptop does not render`
  }
  return /^(?:[^%]|%%|%[^%]+%)*$/.test(value) ? undefined : 'has a % that is neither doubled nor part of a %COMMAND%'
}
