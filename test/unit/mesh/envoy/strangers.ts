/** Policy as somebody else wrote it, for the Service of `destination.ts`. */
export const rule = (spec: object, name = 'callee', namespace = 'shop') => ({
  kind: 'DestinationRule',
  metadata: { name, namespace },
  spec: { host: 'callee', ...spec },
})
export const outlier = (outlierDetection: object) => rule({ trafficPolicy: { outlierDetection } })
export const pool = (connectionPool: object) => rule({ trafficPolicy: { connectionPool } })
export const to = (more: object = {}, destination: object = {}) => ({ destination: { host: 'callee', ...destination }, ...more })
export const route = (http: object, spec: object = {}) => ({
  kind: 'VirtualService',
  metadata: { name: 'callee', namespace: 'shop' },
  spec: { hosts: ['callee'], http: [{ route: [to()], ...http }], ...spec },
})
export const service = (port: object, name = 'another', namespace = 'shop') => ({
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { app: 'callee' }, ports: [{ port: 80, targetPort: 8080, ...port }] },
})
const subsets = rule({ subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2' }] })
const split = (...weights: readonly (number | undefined)[]) =>
  route({ route: weights.map((weight, index) => to({ ...(weight !== undefined && { weight }) }, { subset: index === 0 ? 'v1' : 'v2' })) })
const set = (headers: object) => route({ headers: { request: { set: headers } } })
const match = (condition: object) => route({ match: [condition] })

/** The rule as the circuit-breaking pages of 2018 to 2020 print it. */
export const oldRule = {
  apiVersion: 'networking.istio.io/v1alpha3',
  ...rule({
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } },
      outlierDetection: { consecutiveErrors: 2, interval: '1s', baseEjectionTime: '30s', maxEjectionPercent: 100 },
    },
  }),
}

/** Istio accepts these; Envoy must too. */
export const accepted: readonly (readonly [name: string, policy: readonly unknown[]])[] = [
  ['the rule of old pages', [oldRule]],
  ['a Host that is set', [set({ Host: 'elsewhere.example' })]],
  ['an :authority that is added', [route({ headers: { request: { add: { ':authority': 'elsewhere.example' } } } })]],
  [
    'a Host for each part of a split',
    [
      subsets,
      route({ route: ['v1', 'v2'].map((subset) => to({ weight: 1, headers: { request: { set: { host: subset } } } }, { subset })) }),
    ],
  ],
  ['an empty list of matches', [route({ match: [] })]],
  ['a list', [{ apiVersion: 'v1', kind: 'List', items: [subsets, split(90, 10)] }]],
  ['a list in a list', [{ kind: 'DestinationRuleList', items: [{ kind: 'List', items: [oldRule] }] }]],
  ['a weight that is 0', [subsets, split(0, 1)]],
  ['a weight that is missing', [subsets, split(1, undefined)]],
  ['the largest weights', [subsets, split(2 ** 31 - 1, 2 ** 31 - 1)]],
  ['weights that add up to the most that Envoy takes', [route({ route: [2 ** 31 - 1, 2 ** 31 - 1, 1].map((weight) => to({ weight })) })]],
  ['a sole port without a name', [service({})]],
  ['a port with a name of its own', [service({ name: 'web' })]],
  [
    'a sniffed port with limits and HTTP/2',
    [
      service({}),
      { ...rule({ host: 'another', trafficPolicy: { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE', idleTimeout: '1s' } } } }) },
    ],
  ],
  [
    'two Services of one name in two namespaces',
    [service({}, 'callee', 'elsewhere'), rule({ host: 'callee' }, 'other', 'elsewhere'), oldRule],
  ],
  ['an idle time-out of 0', [pool({ tcp: { idleTimeout: '0s' } })]],
  ['the shortest durations', [pool({ tcp: { connectTimeout: '1ms', maxConnectionDuration: '1000us' } }), route({ timeout: '0.001s' })]],
  ['the longest durations', [outlier({ interval: '2562047h', baseEjectionTime: '2562047h47m15s' }), route({ timeout: '2562047h' })]],
  ['limits of 0 and the highest', [pool({ tcp: { maxConnections: 2 ** 31 - 1 }, http: { http2MaxRequests: 0, maxRetries: 2 ** 31 - 1 } })]],
  [
    'counts of 0 and the highest',
    [outlier({ consecutive5xxErrors: 2 ** 32 - 1, consecutiveGatewayErrors: 0, maxEjectionPercent: 0, minHealthPercent: 100 })],
  ],
  ['a retry budget of nothing', [rule({ trafficPolicy: { retryBudget: { percent: 0, minRetryConcurrency: 2 ** 32 - 1 } } })]],
  ['an empty load balancer', [rule({ trafficPolicy: { loadBalancer: {} } })]],
  ...['UNSPECIFIED', 'LEAST_CONN', 'LEAST_REQUEST', 'RANDOM', 'ROUND_ROBIN'].map(
    (simple) => [`a load balancer that is ${simple}`, [rule({ trafficPolicy: { loadBalancer: { simple } } })]] as const,
  ),
  ...['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'].map(
    (h2UpgradePolicy) => [`HTTP/2 that is ${h2UpgradePolicy}`, [pool({ http: { h2UpgradePolicy } })]] as const,
  ),
  ['the extremes of the old name', [outlier({ consecutiveErrors: -(2 ** 31) })]],
  ['the other extreme', [outlier({ consecutiveErrors: 2 ** 31 - 1 })]],
  ['a large regex', [match({ uri: { regex: 'a'.repeat(1024) } })]],
  ['a regex of many letters', [match({ uri: { regex: '\\pL{500}' } })]],
  ['a regex that is repeated', [match({ uri: { regex: '/(a{1000}){1}' } })]],
  [
    'regexes of every kind',
    [
      route({
        match: ['(?i)/a', '/(?P<n>a)', '/\\Qa.b\\E', '/[[:alpha:]]', '/\\x{e9}', '/é', '/\\p{Greek}'].map((regex) => ({ uri: { regex } })),
      }),
    ],
  ],
  ['a regex that catches all', [match({ uri: { regex: '.*' } })]],
  ['an empty prefix of a path', [match({ uri: { prefix: '' } })]],
  ['an exact match of nothing', [match({ uri: { exact: '' }, headers: { 'x-a': { exact: '' } } })]],
  ['a pseudo-header', [match({ headers: { ':path': { prefix: '/a' } } })]],
  ['presence, and its contrary', [match({ headers: { 'x-a': {} }, withoutHeaders: { 'x-b': {}, 'x-c': { regex: '*' } } })]],
  [
    'a value with commands',
    [
      set({
        'x-a': '%REQ(x-b?:path)% of %PROTOCOL%, 100%%',
        'x-b': '%START_TIME% %HOSTNAME% %DOWNSTREAM_REMOTE_ADDRESS% %RESPONSE_FLAGS%',
      }),
    ],
  ],
  [
    'the other commands',
    [
      route({
        headers: {
          response: {
            set: Object.fromEntries(
              [
                'ROUTE_NAME',
                'REQUESTED_SERVER_NAME',
                'RESPONSE_CODE',
                'UPSTREAM_HOST',
                'UPSTREAM_CLUSTER',
                'UPSTREAM_REMOTE_ADDRESS',
                'DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT',
                'DOWNSTREAM_LOCAL_ADDRESS',
                'DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT',
                'DOWNSTREAM_LOCAL_PORT',
                'RESP(x-b)',
              ].map((name, index) => [`x-${index}`, `%${name}%`]),
            ),
          },
        },
      }),
    ],
  ],
  ['the largest value', [set({ 'x-a': 'a'.repeat(16_384) })]],
  ['many headers', [set(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`x-${index}`, 'v'])))]],
  ['an empty value, and one that is not ASCII', [set({ 'x-a': '', 'x-b': 'é' })]],
  ['a rewrite of both', [route({ match: [{ uri: { regex: '/a.*' } }], rewrite: { uri: '/b', authority: 'a b' } })]],
  [
    'every retry condition',
    [
      route({
        retries: {
          attempts: 2 ** 31 - 1,
          perTryTimeout: '1ms',
          backoff: '1000h',
          retryOn:
            '5xx,gateway-error,reset,reset-before-request,connect-failure,retriable-4xx,refused-stream,retriable-status-codes,retriable-headers,envoy-ratelimited,http3-post-connect-failure,cancelled,deadline-exceeded,internal,resource-exhausted,unavailable,503,404',
        },
      }),
    ],
  ],
  ['no retry conditions', [route({ retries: { attempts: 1, retryOn: '' } })]],
  ['retries that are switched off', [route({ retries: {} })]],
]

/** Istio refuses these, or Envoy would: each with its field and the reason. */
export const refused: readonly (readonly [name: string, policy: unknown, message: string])[] = [
  [
    'a regex with a look-ahead',
    match({ uri: { regex: '/(?!admin)' } }),
    'VirtualService callee: spec.http.0.match.0.uri must be an RE2 regex (https://github.com/google/re2/wiki/Syntax): error parsing regexp: invalid or unsupported Perl syntax',
  ],
  [
    'a regex of a header with a back reference',
    match({ headers: { 'x-a': { regex: '(a)\\1' } } }),
    'spec.http.0.match.0.headers.x-a must be an RE2 regex',
  ],
  ['a regex of a method that is none', match({ method: { regex: '*' } }), 'spec.http.0.match.0.method must be an RE2 regex'],
  ['an empty regex', match({ uri: { regex: '' } }), 'spec.http.0.match.0.uri must not be an empty regex'],
  [
    'a regex of more than 1024 bytes',
    match({ uri: { regex: 'é'.repeat(513) } }),
    'spec.http.0.match.0.uri must not be a regex longer than 1024 bytes',
  ],
  ['a regex that grows', match({ uri: { regex: '(a{1000})'.repeat(5) } }), 'spec.http.0.match.0.uri is a regex whose program is too large'],
  [
    'a regex of characters beyond bytes',
    match({ uri: { regex: '[\\x{4e00}-\\x{9fff}]' } }),
    'spec.http.0.match.0.uri has \\x{4e00}: Envoy matches bytes',
  ],
  ['an empty prefix', match({ headers: { 'x-a': { prefix: '' } } }), 'spec.http.0.match.0.headers.x-a must not be an empty prefix'],
  ['a header name with a blank', match({ headers: { 'x a': {} } }), 'spec.http.0.match.0.headers has "x a", which is no valid header name'],
  ['a claim of a token', match({ headers: { '@request.auth.claims.admin': { exact: 'x' } } }), 'which only gateways can'],
  [
    'two destinations without weights',
    route({ route: [to(), to()] }),
    'VirtualService callee: spec.http.0.route has several destinations whose weights sum up to 0',
  ],
  [
    'weights beyond what Envoy adds up',
    route({ route: [1, 2, 3].map(() => to({ weight: 2 ** 31 - 1 })) }),
    'spec.http.0.route has weights that sum up to more than 4294967295',
  ],
  [
    'a weight more than Envoy adds up',
    route({ route: [2 ** 31 - 1, 2 ** 31 - 1, 2].map((weight) => to({ weight })) }),
    'spec.http.0.route has weights that sum up to more than 4294967295',
  ],
  [
    'a destination of every host',
    route({ route: [to({}, { host: '*' })] }),
    'VirtualService callee: spec.http.0.route.0.destination.host must be one host',
  ],
  [
    'a destination that is no domain',
    route({ route: [to({}, { host: 'a_b' })] }),
    'spec.http.0.route.0.destination.host must be a domain name: the label "a_b" is invalid',
  ],
  [
    'a subset of a destination that is none',
    route({ route: [to({}, { subset: 'v_1' })] }),
    'spec.http.0.route.0.destination.subset must be a DNS label',
  ],
  [
    'an unknown load balancer',
    rule({ trafficPolicy: { loadBalancer: { simple: 'PASSTHROUGH' } } }),
    'spec.trafficPolicy.loadBalancer.simple must be',
  ],
  [
    'an old name out of range',
    outlier({ consecutiveErrors: 2 ** 31 }),
    'spec.trafficPolicy.outlierDetection.consecutiveErrors must be <= 2147483647',
  ],
  [
    'an old name out of range at the other end',
    outlier({ consecutiveErrors: -(2 ** 31) - 1 }),
    'spec.trafficPolicy.outlierDetection.consecutiveErrors must be >= -2147483648',
  ],
  ['a count beyond 32 bits', outlier({ consecutive5xxErrors: 2 ** 32 }), 'consecutive5xxErrors must be <= 4294967295'],
  ['a negative count', outlier({ consecutive5xxErrors: -1 }), 'consecutive5xxErrors must be >= 0'],
  [
    'a budget beyond 100 %',
    rule({ trafficPolicy: { retryBudget: { percent: 100.5 } } }),
    'spec.trafficPolicy.retryBudget.percent must be <= 100',
  ],
  [
    'a budget below 0 %',
    rule({ trafficPolicy: { retryBudget: { percent: -0.5 } } }),
    'spec.trafficPolicy.retryBudget.percent must be >= 0',
  ],
  [
    'more headers than a route holds',
    set(Object.fromEntries(Array.from({ length: 251 }, (_, index) => [`x-${index}`, 'v']))),
    'spec.http.0.headers.request.set must not have more than 250 properties',
  ],
  [
    'the second header that is none',
    match({ headers: { 'x-a': {}, 'x b': {} } }),
    'spec.http.0.match.0.headers has "x b", which is no valid header name',
  ],
  ['* as the value of a header', match({ headers: { 'x-a': { regex: '*' } } }), 'spec.http.0.match.0.headers.x-a must be an RE2 regex'],
  ['* in a regex of a header that is not there', match({ withoutHeaders: { 'x-a': { regex: '*a' } } }), 'must be an RE2 regex'],
  ['a route for no host', route({}, { hosts: [] }), 'spec.hosts must not have fewer than 1 items'],
  [
    'a route without a name',
    { ...route({}), metadata: {} },
    'VirtualService (without a name): metadata must have required properties name',
  ],
  ...(['5033', '1503', '509', '099', '600', '5x3'] as const).map(
    (code) =>
      [
        `${code} as a status to retry`,
        route({ retries: { attempts: 1, retryOn: code } }),
        `spec.http.0.retries.retryOn has "${code}", which is neither a retry condition of Envoy nor a status code`,
      ] as const,
  ),
  [
    'a Deployment without a template',
    { kind: 'Deployment', metadata: { name: 'd' }, spec: {} },
    'Deployment d: spec must have required properties template',
  ],
  [
    'a Deployment without labels',
    { kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { metadata: {}, spec: { containers: [{ ports: [{}] }] } } } },
    'Deployment d: spec.template.metadata must have required properties labels\nDeployment d: spec.template.spec.containers.0.ports.0 must have required properties containerPort',
  ],
  [
    'a Deployment without containers',
    { kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { metadata: { labels: {} }, spec: {} } } },
    'Deployment d: spec.template.spec must have required properties containers',
  ],
  [
    'a Service without a port number',
    { ...service({}), spec: { selector: { app: 'callee' }, ports: [{ name: 1 }] } },
    'Service another: spec.ports.0 must have required properties port',
  ],
  ['a port of 0', service({ port: 0 }), 'Service another: spec.ports.0.port must be >= 1'],
  ['a negative weight', route({ route: [to({ weight: -1 }), to({ weight: 2 })] }), 'spec.http.0.route.0.weight must be >= 0'],
  [
    'an interval of 0',
    outlier({ interval: '0s' }),
    'DestinationRule callee: spec.trafficPolicy.outlierDetection.interval must be a duration of at least 1ms',
  ],
  [
    'a connect time-out of 0',
    pool({ tcp: { connectTimeout: '0s' } }),
    'spec.trafficPolicy.connectionPool.tcp.connectTimeout must be a duration of at least 1ms',
  ],
  ['a time-out of 0', route({ timeout: '0s' }), 'spec.http.0.timeout must be a duration of at least 1ms'],
  [
    'a negative duration',
    outlier({ baseEjectionTime: '-5s' }),
    'spec.trafficPolicy.outlierDetection.baseEjectionTime must be a duration of at least 1ms',
  ],
  ['part of a millisecond', route({ timeout: '1.5ms' }), 'spec.http.0.timeout must be a duration of whole milliseconds'],
  [
    'an idle time-out below 1 ms',
    pool({ tcp: { idleTimeout: '10us' } }),
    'spec.trafficPolicy.connectionPool.tcp.idleTimeout must be a duration of at least 1ms',
  ],
  ['a duration beyond Envoy', route({ timeout: '2562047h47m16s' }), 'spec.http.0.timeout must be a duration of at most 9223372035s'],
  ['a malformed duration', route({ timeout: '2 seconds' }), 'spec.http.0.timeout must be a duration such as 1h, 1m, 1s or 1ms'],
  [
    'two subsets of one name',
    rule({ subsets: [{ name: 'v1' }, { name: 'v1' }] }),
    'DestinationRule callee: spec.subsets has two subsets named v1',
  ],
  ['a subset with a name of its own', rule({ subsets: [{ name: 'v_1' }] }), 'spec.subsets.0.name must be a DNS label'],
  [
    'a label that is none',
    rule({ subsets: [{ name: 'v1', labels: { version: 'a b' } }] }),
    'spec.subsets.0.labels has the label value "a b", which is invalid',
  ],
  ['a policy without a field', rule({ trafficPolicy: {} }), 'spec.trafficPolicy must have at least one field'],
  ['a pool without a field', pool({}), 'spec.trafficPolicy.connectionPool must have at least one field'],
  [
    'a limit beyond 31 bits',
    pool({ tcp: { maxConnections: 2 ** 31 } }),
    'spec.trafficPolicy.connectionPool.tcp.maxConnections must be <= 2147483647',
  ],
  [
    'local failures that are not split',
    outlier({ consecutiveLocalOriginFailures: 3 }),
    'has consecutiveLocalOriginFailures, which needs splitExternalLocalOriginErrors: true',
  ],
  [
    'a percentage beyond 100',
    outlier({ maxEjectionPercent: 101 }),
    'spec.trafficPolicy.outlierDetection.maxEjectionPercent must be <= 100',
  ],
  ['a host that is no domain', rule({ host: 'callee_1' }), 'spec.host must be a domain name: the label "callee_1" is invalid'],
  ['every host', route({}, { hosts: ['*'] }), 'spec.hosts.0 must be named: * is for gateways'],
  ['a host that is named twice', route({}, { hosts: ['callee', 'callee'] }), 'spec.hosts names callee twice'],
  [
    'a host of two spellings',
    route({}, { hosts: ['callee', 'callee.shop.svc.cluster.local'] }),
    'callee speaks for callee.shop.svc.cluster.local already. Keep one.',
  ],
  ['no routes', route({}, { http: [] }), 'spec.http must not have fewer than 1 items'],
  ['a route to nowhere', route({ route: [] }), 'spec.http.0.route must not have fewer than 1 items'],
  [
    'a port out of range',
    route({ route: [to({}, { port: { number: 65_536 } })] }),
    'spec.http.0.route.0.destination.port.number must be <= 65535',
  ],
  [
    'an authority that is set twice',
    route({ rewrite: { authority: 'a' }, headers: { request: { set: { Host: 'b' } } } }),
    'spec.http.0 sets the authority more than once',
  ],
  [
    'an authority under two names',
    set({ Host: 'a', ':authority': 'b' }),
    'spec.http.0.headers.request.set sets the authority more than once',
  ],
  [
    'a Host that is removed',
    route({ headers: { request: { remove: ['Host'] } } }),
    'spec.http.0.headers.request.remove.0 changes Host, which only request.set and request.add can',
  ],
  [
    'a Host of an answer',
    route({ headers: { response: { set: { host: 'a' } } } }),
    'spec.http.0.headers.response.set changes host, which only request.set and request.add can',
  ],
  ['a pseudo-header that is set', set({ ':path': '/' }), 'spec.http.0.headers.request.set has ":path", which is no valid header name'],
  [
    'a percent sign alone',
    set({ 'x-a': '100% sure' }),
    'spec.http.0.headers.request.set.x-a has a % that is neither doubled nor part of a %COMMAND%',
  ],
  [
    'a command that is cut to a length',
    set({ 'x-a': '%REQ(x-b):20%' }),
    'spec.http.0.headers.request.set.x-a has %REQ(x-b):20%, which the laptop does not render',
  ],
  [
    'an unknown command',
    set({ 'x-a': '%NO_SUCH%' }),
    'spec.http.0.headers.request.set.x-a has %NO_SUCH%, which the laptop does not render',
  ],
  ['a value of two lines', set({ 'x-a': 'a\nb' }), 'spec.http.0.headers.request.set.x-a must not contain control characters'],
  ['a rewrite of two lines', route({ rewrite: { uri: '/a\nb' } }), 'spec.http.0.rewrite.uri must not contain control characters'],
  ['a rewrite of nothing', route({ rewrite: {} }), 'spec.http.0.rewrite must have uri or authority'],
  [
    'a blank between retry conditions',
    route({ retries: { attempts: 1, retryOn: '5xx, reset' } }),
    'spec.http.0.retries.retryOn has " reset", which is neither a retry condition of Envoy nor a status code',
  ],
  [
    'conditions of retries that are off',
    route({ retries: { attempts: 0, retryOn: '5xx' } }),
    'spec.http.0.retries says how to retry, but attempts is 0',
  ],
  [
    'a Service without a selector',
    { ...service({}), spec: { ports: [{ port: 80 }] } },
    'Service another: spec must have required properties selector',
  ],
  [
    'a Service that selects nothing',
    { ...service({}), spec: { selector: {}, ports: [{ port: 80 }] } },
    'Service another: spec.selector must not have fewer than 1 properties',
  ],
  [
    'a Service of two ports',
    {
      ...service({}),
      spec: {
        selector: { app: 'callee' },
        ports: [
          { name: 'http', port: 80 },
          { name: 'b', port: 81 },
        ],
      },
    },
    'Service another: spec.ports must not have more than 1 items',
  ],
  ['a port that is TCP by its name', service({ name: 'tcp-web' }), 'Service another: spec.ports.0 is tcp-web/TCP: only HTTP is rendered'],
  [
    'a port that is gRPC by its protocol',
    service({ name: 'http', appProtocol: 'grpc' }),
    'Service another: spec.ports.0 is grpc/TCP: only HTTP is rendered',
  ],
  [
    "a kind of Istio's that decides something",
    { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'out' } },
    'ServiceEntry out: networking.istio.io/v1 ServiceEntry is not rendered on the laptop. Remove it.',
  ],
  [
    'a kind with a typing error',
    { ...rule({}), apiVersion: 'networking.istio.io/v1', kind: 'DestinationRules' },
    'DestinationRules callee: networking.istio.io/v1 DestinationRules is not rendered on the laptop.',
  ],
  [
    'a version of the future',
    { ...rule({}), apiVersion: 'networking.istio.io/v9' },
    'DestinationRule callee: networking.istio.io/v9 DestinationRule is not rendered',
  ],
  [
    'an object that is declared twice',
    { kind: 'List', items: [rule({}), rule({})] },
    'DestinationRule callee: is declared twice. Keep one.',
  ],
]
