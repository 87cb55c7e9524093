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
        'The envelope, the answer to a command and the state of a rebuild are wire formats; everything else in contracts is business.',
      severity: 'error',
      from: { path: '^services/shared/runtime/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|scripts|test)/',
        pathNot: ['^services/shared/runtime/', '^services/shared/contracts/(envelope|command-answered|rebuild)\\.ts$'],
      },
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
      name: 'charts-and-mesh-read-topology',
      severity: 'error',
      from: { path: '^(charts|mesh|cdk8s)/' },
      to: {
        path: '^(services|scripts|test)/',
        pathNot: '^services/shared/contracts/topology\\.ts$',
      },
    },
    {
      name: 'mesh-does-not-read-charts',
      severity: 'error',
      from: { path: '^mesh/' },
      to: {
        path: '^(charts|cdk8s)/',
        pathNot: '^cdk8s/(imports/|settings\\.ts$)',
      },
    },
    {
      name: 'scripts-read-contracts-and-manifests',
      comment: 'mesh/envoy is the one renderer of Envoy configuration; the laptop runtime calls it.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: '^scripts/(events|bench|schemas)/' },
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
      from: { path: '^scripts/(events|bench|schemas)/' },
      to: {
        path: '^(services|charts|cdk8s|mesh|test)/',
        pathNot: ['^services/shared/', '^services/[^/]+/(decider|projections)(/|\\.ts$)', '^services/[^/]+/reactions\\.ts$'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
}
