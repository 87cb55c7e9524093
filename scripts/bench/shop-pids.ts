import type { LocalState } from '../local/state.ts'

/** Every process of a shop that is up. */
export const shopPids = ({ supervisorPid, kafkaPid, telemetry, console, replicas }: LocalState): number[] =>
  [supervisorPid, kafkaPid, telemetry?.pid, console?.pid, ...replicas.flatMap(({ app, sidecar }) => [app.pid, sidecar.pid])].filter(
    (pid) => pid !== undefined,
  )
