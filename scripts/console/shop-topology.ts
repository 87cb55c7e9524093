import { eventsTopic, workload, workloadNames } from '../../services/shared/contracts/topology.ts'
import type { MapTopology } from './map/topology.ts'

/** The shop as its contracts declare it. Of the topics those of events: commands and snapshots are a service's own. */
export const shopTopology: MapTopology = {
  services: workloadNames.map((name) => ({ name, owns: workload(name).owns })),
  calls: workloadNames.flatMap((from) => workload(from).calls.map((to) => ({ from, to }))),
  topics: workloadNames
    .filter((name) => workload(name).eventSourced)
    .map((publisher) => ({
      name: eventsTopic(publisher),
      publisher,
      subscribers: workloadNames.filter((name) => workload(name).subscribesTo.includes(publisher)),
    })),
}
