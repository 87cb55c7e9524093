/** A folder whose mutants are noticed by the unit tests of its mirror under test/unit, and by nothing else. */
export interface MeasuredFolder {
  /** From the root of the repository, without a slash at the end. */
  readonly folder: string
  /** Glob below the folder → why its files are not mutated. */
  readonly notMutated: Readonly<Record<string, string>>
}

const wiring = 'starts and joins the other parts: only a whole service shows whether it does'
const broker = "speaks to a broker through kafkajs' own classes: test/integration/services/shared/runtime proves it"
const database = 'statements that only a database can judge: test/integration/services/shared/runtime proves them on PGlite and PostgreSQL'
const command = 'the command itself: arguments, files and exit codes'
const runningShop = 'acts on a running shop and looks at it: test/integration/scripts/experiments proves it'
const drawing = 'how results look'

/** `a.ts`, `b.ts` → one reason for all of them. */
const each = (reason: string, ...names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, reason]))

/** What the shop's claims rest on. Other folders can be measured as well; these are held to the threshold. */
export const measuredFolders: readonly MeasuredFolder[] = [
  { folder: 'scripts/events/audit', notMutated: {} },
  { folder: 'scripts/checks', notMutated: {} },
  { folder: 'scripts/envoy-admin', notMutated: {} },
  { folder: 'mesh/envoy', notMutated: {} },
  { folder: 'services/shared/runtime/messaging', notMutated: {} },
  { folder: 'services/shared/runtime/event-sourcing', notMutated: each(wiring, 'views/follow-own-events.ts') },
  {
    folder: 'services/shared/runtime/projections',
    notMutated: {
      ...each(wiring, 'start-projections.ts', 'projection-metrics.ts', 'database/open-database.ts'),
      ...each(
        database,
        'ensure-tables.ts',
        'fold/apply-batches.ts',
        'rebuild/build-generation.ts',
        'outbox/outbox.ts',
        'rebuild/compare-rows.ts',
        'database/database.ts',
        'fold/failure-registry.ts',
        'fold/fold-into.ts',
        'rebuild/generations.ts',
        'rebuild/writer-lock.ts',
        'database/listen-postgres.ts',
        'database/pglite-cluster.ts',
        'database/pglite-database.ts',
        'database/pglite-initdb.ts',
        'fold/positions.ts',
        'database/postgres-database.ts',
        'fold/read-batch.ts',
        'rebuild/rebuild.ts',
        'read/refusing-values.ts',
        'database/rows.ts',
        'database/table.ts',
      ),
    },
  },
  {
    folder: 'scripts/experiments',
    notMutated: {
      ...each(command, 'commands/{break,heal,list,open-target,run,run-and-tell,run-own-service}.ts', 'picture.ts', 'chromium.ts'),
      ...each(
        drawing,
        ...[
          ...['badge', 'breaker-rows', 'checks-table', 'experiment-section', 'figure', 'junit', 'markup', 'matrix-table', 'moment'],
          ...['overview', 'provenance', 'small-charts', 'spans', 'style'],
        ].map((part) => `core/report/${part}.ts`),
      ),
      ...each(
        runningShop,
        'cluster/cluster-mesh.ts',
        'cluster/cluster-policy.ts',
        'cluster/pod-localities.ts',
        'cluster/signal-on-node.ts',
        'core/ejection/steady-state.ts',
        'core/pool/round.ts',
        'shop/catalog-ejection.ts',
        'shop/targets/cluster/cluster-splits.ts',
        'shop/targets/cluster-target.ts',
        'shop/hold-by-latch.ts',
        'shop/httpbin-pool.ts',
        'shop/invariants/check-invariants.ts',
        'shop/invariants/read-log.ts',
        'shop/targets/local-target.ts',
        'shop/targets/local-replicas.ts',
        'shop/orders-in-flight.ts',
        'shop/product-pages.ts',
        'shop/probe-run.ts',
        'core/route/{timeout,retry}-experiment.ts',
        'core/run-experiments.ts',
        'own-service/{survey,run-own-service}.ts',
        'shop/run-shop-experiments.ts',
        'shop/callee-rollout/observe.ts',
        'shop/canary-goes-bad/observe.ts',
        'shop/kafka-broker-restart/observe.ts',
        'shop/orders-under-kill/observe.ts',
        'shop/payments-down/observe.ts',
        'shop/rebuild-under-load/observe.ts',
        'shop/rebuild-under-load/read-lists.ts',
        'shop/rebuild-under-load/request-rebuild.ts',
        'shop/slow-consumer/observe.ts',
        'shop/sagas/send-order.ts',
      ),
    },
  },
  {
    folder: 'services/shared/runtime/kafka',
    notMutated: each(broker, 'connect-event-log.ts', 'create-missing-topics.ts', 'reading/fetch-records.ts', 'client/kafkajs-client.ts'),
  },
]

/** The measured folder that a path lies in; another folder is taken as it is. */
export function folderOf(path: string): MeasuredFolder {
  return measuredFolders.find(({ folder }) => path === folder || path.startsWith(`${folder}/`)) ?? { folder: path, notMutated: {} }
}
