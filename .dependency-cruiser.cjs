/** The rooms and who may enter them. Types count as imports: a room that only borrows a type still depends on it. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'service-imports-itself-and-shared',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/shared/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: ['^services/$1/', '^services/shared/'],
      },
    },
    {
      name: 'services-do-not-read-the-shop',
      comment: 'A process is one service: whoever reads services/shop.ts loads them all.',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^services/shop\\.ts$' },
    },
    {
      name: 'contracts-import-no-runtime',
      severity: 'error',
      from: { path: '^services/shared/contracts/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: '^services/shared/contracts/',
      },
    },
    {
      name: 'runtime-knows-no-business-word',
      comment:
        'The envelope, the answer to a command and the state of a rebuild are wire formats, and limits of requests hold for any; everything else in contracts is business.',
      severity: 'error',
      from: { path: '^services/shared/runtime/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: ['^services/shared/runtime/', '^services/shared/contracts/(envelope|command-answered|rebuild|request-limits)\\.ts$'],
      },
    },
    {
      name: 'event-sourcing-through-its-index',
      comment:
        'Rules without I/O take `decider.ts` alone. Tests of the inside, of the queries that read its metrics, and the measurements of scripts/bench look inside.',
      severity: 'error',
      from: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: [
          '^services/shared/runtime/event-sourcing/',
          '^test/(unit|integration)/services/shared/runtime/',
          '^test/integration/charts/observability/shop-exposition\\.ts$',
          '^scripts/bench/events/',
        ],
      },
      to: {
        path: '^services/shared/runtime/event-sourcing/',
        pathNot: '^services/shared/runtime/event-sourcing/(index|decider)\\.ts$',
      },
    },
    {
      name: 'projections-through-its-index',
      comment: 'Tests of the inside and the measurements of scripts/bench look inside.',
      severity: 'error',
      from: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: [
          '^services/shared/runtime/projections/',
          '^test/(unit|integration)/services/shared/runtime/',
          '^test/integration/charts/observability/shop-exposition\\.ts$',
          '^scripts/bench/events/',
        ],
      },
      to: {
        path: '^services/shared/runtime/projections/',
        pathNot: '^services/shared/runtime/projections/index\\.ts$',
      },
    },
    {
      name: 'kafka-stands-alone',
      severity: 'error',
      from: { path: '^services/shared/runtime/kafka/' },
      to: { path: '^services/', pathNot: '^services/shared/runtime/kafka/' },
    },
    {
      name: 'kafkajs-behind-the-event-log',
      comment: 'Tools that wait for a broker or repair a log need a client of their own, which the event log does not have.',
      severity: 'error',
      from: { path: '^services/', pathNot: '^services/shared/runtime/kafka/' },
      to: { path: '(^|/)kafkajs(/|$)' },
    },
    {
      name: 'opentelemetry-in-one-file',
      comment: 'A process that traces nothing must not pay for it: the SDK is loaded when tracing is switched on, and by nobody else.',
      severity: 'error',
      from: { path: '^(services|charts|cdk8s|mesh|scripts)/', pathNot: '^services/shared/runtime/process/open-telemetry\\.ts$' },
      to: { path: '(^|/)node_modules/@opentelemetry/' },
    },
    {
      name: 'opentelemetry-is-loaded-when-it-is-used',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^services/shared/runtime/process/open-telemetry\\.ts$', dynamic: false },
    },
    {
      name: 'messaging-below-event-sourcing-and-projections',
      comment: 'Envelopes, records and dead letters know how work is traced, and nothing of who uses them.',
      severity: 'error',
      from: { path: '^services/shared/runtime/messaging/' },
      to: {
        path: '^services/shared/runtime/',
        pathNot: '^services/shared/runtime/(messaging/|kafka/|process/(trace-context|spans)\\.ts$)',
      },
    },
    {
      name: 'no-service-runs-on-test-doubles',
      severity: 'error',
      from: { path: '^(services|scripts)/', pathNot: '^services/shared/runtime/testing/' },
      to: { path: '^services/shared/runtime/testing/' },
    },
    {
      name: 'decider-does-no-io',
      severity: 'error',
      from: { path: '^services/[^/]+/decider(/|\\.ts$)' },
      to: {
        path: '.',
        pathNot: [
          '^services/[^/]+/(decider(/|\\.ts$)|errors\\.ts$)',
          '^services/shared/contracts/',
          '^services/shared/runtime/event-sourcing/decider\\.ts$',
          '^node_modules/(typebox|immutable)/',
        ],
      },
    },
    {
      name: 'manifests-read-topology-deployment-and-limits',
      severity: 'error',
      from: { path: '^(charts|mesh|cdk8s)/' },
      to: {
        path: '^(services|scripts|test)/',
        pathNot: '^services/shared/contracts/(topology|deployment|identity|request-limits)\\.ts$',
      },
    },
    {
      name: 'cdk8s-below-charts-and-mesh',
      severity: 'error',
      from: { path: '^cdk8s/' },
      to: { path: '^(charts|mesh)/' },
    },
    {
      name: 'charts-and-mesh-apart-and-below-synth',
      comment: 'Shape and policy meet in synth alone.',
      severity: 'error',
      from: { path: '^(charts|mesh)/' },
      to: { path: '^(charts|mesh)/', pathNot: '^$1/' },
    },
    {
      name: 'scripts-read-contracts-and-manifests',
      comment: 'mesh/envoy is the one renderer of Envoy configuration; the laptop runtime calls it.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: '^scripts/(events|bench|schemas|synth)/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|test)/',
        pathNot: ['^services/shared/contracts/', '^mesh/envoy/', '^services/shared/runtime/(kafka|messaging)/'],
      },
    },
    {
      name: 'event-tools-read-pure-rules',
      comment:
        'Folding, replaying, auditing and measuring the log needs the rules that wrote it, and so does comparing what they accept. Deciders, reaction tables and projections are pure: no process, no I/O of their own.',
      severity: 'error',
      from: { path: '^scripts/(events|bench|schemas)/', pathNot: '^scripts/bench/gateway/hello-server\\.ts$' },
      to: {
        path: '^(services|charts|cdk8s|mesh|test)/',
        pathNot: [
          '^services/shared/',
          '^services/shop\\.ts$',
          '^services/[^/]+/(decider|projections)(/|\\.ts$)',
          '^services/[^/]+/(reactions|config)\\.ts$',
          // What the API is: schemas are checked without a gateway that runs.
          '^services/gateway/api/(open-api-document|versions)\\.ts$',
        ],
      },
    },
    {
      name: 'synth-puts-charts-and-mesh-together',
      severity: 'error',
      from: { path: '^scripts/synth/' },
      to: {
        path: '^(services|scripts|test)/',
        pathNot: ['^services/shared/contracts/', '^scripts/synth/'],
      },
    },
    {
      name: 'envoy-admin-knows-envoy-alone',
      severity: 'error',
      from: { path: '^scripts/envoy-admin/' },
      to: { path: '^(services|charts|cdk8s|mesh|scripts|test)/', pathNot: '^scripts/envoy-admin/' },
    },
    {
      name: 'experiments-core-knows-no-shop',
      comment:
        'It runs experiments against any mesh; what is special to the shop, its traffic and its invariants come from experiments/shop.',
      severity: 'error',
      from: { path: '^scripts/(experiments/core|checks)/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: '^scripts/((experiments/core|checks|envoy-admin|cli)/|breaker-watch/[^/]+$|access/replica\\.ts$)',
      },
    },
    {
      name: 'breaker-watch-knows-envoy-alone',
      comment: 'What is where it runs (this machine, a cluster) is told to it.',
      severity: 'error',
      from: { path: '^scripts/breaker-watch/[^/]+$' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: '^scripts/(breaker-watch/[^/]+$|envoy-admin/|access/replica\\.ts$)',
      },
    },
    {
      name: 'telemetry-knows-no-shop',
      comment: 'It stores and shows what any process logs and sends; only its commands know the laptop and its services.',
      severity: 'error',
      from: { path: '^scripts/telemetry/(store|collect|otlp|show)/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: '^scripts/(telemetry/(store|collect|otlp|show)|cli|local/logs)/',
      },
    },
    {
      name: 'telemetry-above-the-laptop',
      comment: 'The supervisor starts the collector as a process and runs without it.',
      severity: 'error',
      from: { path: '^scripts/local/' },
      to: { path: '^scripts/telemetry/' },
    },
    {
      name: 'commands-load-what-they-do-when-they-run',
      comment: 'Help needs the definitions of commands and nothing else: to import execa alone takes longer.',
      severity: 'error',
      from: { path: '^scripts/commands/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|node_modules)/',
        pathNot: ['^scripts/commands/', '^scripts/cli/(?!run-tool)', '^node_modules/commander/'],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'tools-run-through-run-tool',
      comment: 'It says where a missing tool comes from, bounds its time, and ends it with this process.',
      severity: 'error',
      from: { pathNot: '^scripts/cli/run-tool\\.ts$' },
      to: { path: '(^|/)node_modules/execa(/|$)' },
    },
    {
      name: 'console-above-the-laptop',
      comment: 'The supervisor starts it as a process and runs without it.',
      severity: 'error',
      from: { path: '^scripts/local/' },
      to: { path: '^scripts/console/' },
    },
    {
      name: 'console-knows-no-shop',
      comment: 'Its server, and its views of a mesh and of experiments; those of orders and events are of the shop.',
      severity: 'error',
      from: { path: '^scripts/console/(server|wall|experiments|map)/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot:
          '^scripts/(console/((server|wall|experiments|map)/|context\\.ts$)|experiments/core|breaker-watch|envoy-admin|checks|cli|access/replica\\.ts$)',
      },
    },
    {
      name: 'page-runs-in-a-browser',
      comment: 'It takes types from anywhere, and code of its own, or pure code of the console.',
      severity: 'error',
      from: { path: '^scripts/console/page/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: '^scripts/console/page/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'events-below-experiments-and-load',
      comment: 'Experiments and load audit the log with the tools of events, never the other way round.',
      severity: 'error',
      from: { path: '^scripts/events/' },
      to: { path: '^scripts/(experiments|load)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
}
